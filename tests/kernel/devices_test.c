// Devices: character devices that are opened by name, platform devices that meet their drivers,
// what goes with a driver, device memory that a program sees, ranges that drivers claim.

#include <ashlar/device.h>
#include <ashlar/machine.h>
#include <linux/cdev.h>
#include <linux/dmapool.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <sys/mman.h>

#include "check.h"

/* ---- a device that keeps what is written to it ----------------------------------------------- */

static char kept[64];
static size_t kept_size;
static int opened, closed;

static int echo_open(struct inode *inode, struct file *file)
{
    opened++;
    if (imajor(inode) == MISC_MAJOR) CHECK(file->private_data != NULL);
    return file->f_flags & O_EXCL ? -EBUSY : 0;
}
static int echo_release(struct inode *inode, struct file *file)
{
    (void)inode;
    (void)file;
    closed++;
    return 0;
}
static ssize_t echo_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    (void)file;
    return simple_read_from_buffer(to, count, pos, kept, kept_size);
}
static ssize_t echo_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    ssize_t size = simple_write_to_buffer(kept, sizeof(kept), pos, from, count);
    (void)file;
    if (size > 0) kept_size = (size_t)*pos;
    return size;
}
static long echo_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
    (void)file;
    if (command != 7) return -ENOIOCTLCMD;
    kept_size = argument;
    return 0;
}
static const struct file_operations echo = {.owner = THIS_MODULE,
                                            .open = echo_open,
                                            .release = echo_release,
                                            .read = echo_read,
                                            .write = echo_write,
                                            .llseek = default_llseek,
                                            .unlocked_ioctl = echo_ioctl};

static void use(const char *name)
{
    struct file *file = filp_open(name, O_RDWR, 0);
    char *memory = kmalloc(16, GFP_KERNEL); /* kernel memory goes through, too */
    char buffer[16] = "";
    loff_t pos = 0;

    CHECK(!IS_ERR(file));
    memcpy(memory, "hello", 6);
    CHECK(kernel_write(file, memory, 6, &pos) == 6);
    CHECK(pos == 6);
    pos = 0;
    CHECK(kernel_read(file, buffer, sizeof(buffer), &pos) == 6);
    CHECK(strcmp(buffer, "hello") == 0);
    CHECK(vfs_llseek(file, 2, SEEK_SET) == 2 && file->f_pos == 2);
    CHECK(vfs_ioctl(file, 8, 0) == -ENOTTY);
    CHECK(vfs_ioctl(file, 7, 0) == 0 && kept_size == 0);
    CHECK(copy_to_user(memory, buffer, 4) == 4); /* the allocators' memory is no user's */
    kfree(memory);
    CHECK(filp_close(file, NULL) == 0);
    CHECK(PTR_ERR(filp_open(name, O_RDWR | O_EXCL, 0)) == -EBUSY);
    file = filp_open(name, O_RDONLY, 0);
    CHECK(vfs_write(file, buffer, 1, &pos) == -EBADF);
    fput(file);
}

static void character_devices(void)
{
    struct miscdevice misc = {.minor = MISC_DYNAMIC_MINOR, .name = "echo-misc", .fops = &echo};
    struct class *class = class_create(THIS_MODULE, "echo");
    struct cdev cdev;
    dev_t number;
    int major;

    CHECK(misc_register(&misc) == 0 && misc.minor != MISC_DYNAMIC_MINOR);
    use("/dev/echo-misc");
    misc_deregister(&misc);
    CHECK(PTR_ERR(filp_open("/dev/echo-misc", O_RDWR, 0)) == -ENOENT);

    major = register_chrdev(0, "echo-old", &echo);
    CHECK(major > 0);
    CHECK(register_chrdev((unsigned)major, "other", &echo) == -EBUSY);
    use("/dev/echo-old");
    unregister_chrdev((unsigned)major, "echo-old");
    CHECK(PTR_ERR(filp_open("/dev/echo-old", O_RDWR, 0)) == -ENOENT);

    CHECK(alloc_chrdev_region(&number, 0, 2, "echo") == 0);
    cdev_init(&cdev, &echo);
    CHECK(cdev_add(&cdev, number, 2) == 0);
    CHECK(!IS_ERR(device_create(class, NULL, number + 1, NULL, "echo%d", 1)));
    use("/dev/echo1");
    device_destroy(class, number + 1);
    CHECK(PTR_ERR(filp_open("/dev/echo1", O_RDWR, 0)) == -ENOENT);
    cdev_del(&cdev);
    unregister_chrdev_region(number, 2);
    class_destroy(class);
    CHECK(opened == 9 && closed == 6);
}

/* ---- platform devices and managed memory ------------------------------------------------------ */

static int probed, removed, acted;
static void act(void *data) { acted += *(int *)data; }
static int probe(struct platform_device *device)
{
    int *value = devm_kzalloc(&device->dev, sizeof(*value), GFP_KERNEL);

    probed++;
    *value = *(int *)dev_get_platdata(&device->dev);
    platform_set_drvdata(device, value);
    CHECK(devm_add_action(&device->dev, act, value) == 0);
    CHECK(strcmp(devm_kasprintf(&device->dev, GFP_KERNEL, "%s-%d", "name", 3), "name-3") == 0);
    return *value < 0 ? *value : 0;
}
static int remove_driver(struct platform_device *device)
{
    removed += *(int *)platform_get_drvdata(device);
    return 0;
}
static struct platform_driver driver = {.probe = probe, .remove = remove_driver, .driver = {.name = "thing"}};

static void platform(void)
{
    int five = 5, bad = -EIO;
    struct platform_device *before = platform_device_register_data(NULL, "thing", 0, &five, sizeof(five)), *after,
                           *failing;

    CHECK(strcmp(dev_name(&before->dev), "thing.0") == 0);
    CHECK(platform_driver_register(&driver) == 0);
    CHECK(probed == 1);
    after = platform_device_register_data(NULL, "thing", PLATFORM_DEVID_NONE, &five, sizeof(five));
    CHECK(probed == 2 && strcmp(dev_name(&after->dev), "thing") == 0);
    failing = platform_device_register_data(NULL, "thing", 2, &bad, sizeof(bad));
    CHECK(probed == 3 && failing->dev.driver == NULL && acted == -EIO);
    platform_device_unregister(failing);
    platform_device_unregister(after);
    CHECK(removed == 5 && acted == 5 - EIO);
    platform_driver_unregister(&driver);
    CHECK(removed == 10 && acted == 10 - EIO);
    platform_device_unregister(before);
    CHECK(removed == 10);
}

static void managed_pools(void)
{
    struct device device = {.init_name = "pools", .coherent_dma_mask = DMA_BIT_MASK(32)};
    size_t live = ashlar_live_objects(0);
    struct dma_pool *first = dmam_pool_create("first", &device, 64, 0, 0),
                    *second = dmam_pool_create("second", &device, 64, 0, 0);
    dma_addr_t handle;
    void *block = dma_pool_alloc(second, GFP_KERNEL, &handle);

    CHECK(first && second && block);
    dma_pool_free(second, block, handle);
    dmam_pool_destroy(first);
    CHECK(devres_release_all(&device) == 1); /* the second */
    CHECK(ashlar_live_objects(1) == live);
}

/* ---- device memory in the program ------------------------------------------------------------ */

enum { MAPPED_PAGES = 4 };
static char *linear, *area;
static struct page *given;
static int faults, closes;
static vm_fault_t give_page(struct vm_fault *vmf)
{
    faults++;
    if (vmf->pgoff == 3) return VM_FAULT_SIGBUS;
    get_page(given);
    vmf->page = given;
    return 0;
}
static void count_close(struct vm_area_struct *vma)
{
    CHECK(vma->vm_private_data == &faults);
    closes++;
}
static const struct vm_operations_struct page_by_page = {.fault = give_page, .close = count_close};
static int map_some(struct file *file, struct vm_area_struct *vma)
{
    unsigned long size = vma->vm_end - vma->vm_start;

    CHECK(vma->vm_file == file && (vma->vm_flags & (VM_READ | VM_WRITE | VM_SHARED)));
    switch (vma->vm_pgoff >> 8) { /* which of the ways is the upper part of the offset */
        case 0:
            return remap_pfn_range(vma, vma->vm_start, virt_to_phys(linear) >> PAGE_SHIFT, size, vma->vm_page_prot);
        case 1:
            return remap_vmalloc_range(vma, area, vma->vm_pgoff & 0xff);
        default:
            vma->vm_ops = &page_by_page;
            vma->vm_private_data = &faults;
            vma->vm_pgoff = 0;
            return 0;
    }
}
static const struct file_operations mappable = {.owner = THIS_MODULE, .mmap = map_some};

static void mappings(void)
{
    struct miscdevice misc = {.minor = MISC_DYNAMIC_MINOR, .name = "mappable", .fops = &mappable};
    size_t size = MAPPED_PAGES * PAGE_SIZE;
    char *place = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct page *pages[2];
    struct file *file;

    munmap(place, size);
    CHECK(misc_register(&misc) == 0);
    file = filp_open("/dev/mappable", O_RDWR, 0);
    linear = (char *)__get_free_pages(GFP_KERNEL | __GFP_COMP, 2);
    area = vmalloc_user(size);
    given = alloc_page(GFP_KERNEL);

    CHECK(ashlar_device_mmap(file, place, size, 0) == 0);
    strcpy(place + PAGE_SIZE, "seen by both");
    CHECK(strcmp(linear + PAGE_SIZE, "seen by both") == 0);
    CHECK(access_ok(place, size) && copy_from_user(linear, place + PAGE_SIZE, 5) == 0 && linear[0] == 's');
    CHECK(get_user_pages_fast((unsigned long)place, 1, 0, pages) == -EFAULT);
    CHECK(get_user_pages_fast((unsigned long)linear, 2, 0, pages) == 2 && pages[1] == virt_to_page(linear + PAGE_SIZE));
    unpin_user_pages(pages, 2);
    CHECK(ashlar_device_munmap(place, PAGE_SIZE) == -EINVAL);
    CHECK(ashlar_device_munmap(place, size) == 0 && ashlar_device_munmap(place, size) == -EINVAL);

    CHECK(ashlar_device_mmap(file, place, size, 0x101 << PAGE_SHIFT) == -EINVAL); /* a page too many */
    CHECK(ashlar_device_mmap(file, place, size, 0x100 << PAGE_SHIFT) == 0);
    area[3 * PAGE_SIZE] = 'v';
    CHECK(place[3 * PAGE_SIZE] == 'v' && page_count(vmalloc_to_page(area)) == 2);
    pages[0] = vmalloc_to_page(area);
    vfree(area);
    ashlar_drain();
    CHECK(page_count(pages[0]) == 1); /* the mapping's */
    place[0] = 'w';
    CHECK(ashlar_device_munmap(place, size) == 0);

    CHECK(ashlar_device_mmap(file, place, size, 0x200 << PAGE_SHIFT) == 0);
    CHECK(faults == MAPPED_PAGES && page_count(given) == 4);
    CHECK(current->min_flt == MAPPED_PAGES - 1 && current->maj_flt == 0); /* one had no page */
    place[0] = 'g';
    CHECK(place[2 * PAGE_SIZE] == 'g' && *(char *)page_address(given) == 'g');
    CHECK(ashlar_device_munmap(place, size) == 0 && closes == 1 && page_count(given) == 1);

    put_page(given);
    free_pages((unsigned long)linear, 2);
    filp_close(file, NULL);
    misc_deregister(&misc);
}

static void ranges(void)
{
    struct resource whole = {.start = 0x1000, .end = 0x1fff, .name = "whole"}, inner = {.start = 0x1100, .end = 0x11ff};

    CHECK(request_mem_region(0x1000, 0x100, "a") != NULL);
    CHECK(request_mem_region(0x10ff, 0x100, "b") == NULL);
    release_mem_region(0x1000, 0x100);
    CHECK(request_resource(&iomem_resource, &inner) == 0);
    CHECK(request_resource(&iomem_resource, &whole) == -EBUSY);
    CHECK(insert_resource(&iomem_resource, &whole) == 0 && inner.parent == &whole && whole.child == &inner);
    CHECK(request_mem_region(0x1200, 0x10, "c") != NULL); /* inside what is claimed but not in use */
    release_mem_region(0x1200, 0x10);
    CHECK(release_resource(&inner) == 0 && release_resource(&whole) == 0 && release_resource(&whole) == -EINVAL);
    CHECK(inb(0x300) == 0xff && ioremap(0x1000, 0x1000) == NULL);
}

int main(void)
{
    character_devices();
    platform();
    managed_pools();
    mappings();
    ranges();
    CHECK(ashlar_warn_count() == 0);
    return check_result("devices");
}
