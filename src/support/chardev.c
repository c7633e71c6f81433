// Character devices: a list of what drivers registered, and the calls that a
// user's program would make, for tests.

#include <ashlar/device.h>

#include <asm/page.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* open(2)'s, as the driver gets them in f_flags. */
enum { ACCESS_MODES = 3, SET = 0, FROM_HERE = 1, FROM_END = 2 };

static LIST_HEAD(devices);
static DEFINE_MUTEX(devices_lock);
static int next_minor = MISC_DYNAMIC_MINOR - 1;

int misc_register(struct miscdevice* device) {
    struct miscdevice* other;
    int error = 0;

    mutex_lock(&devices_lock);
    list_for_each_entry(other, &devices, list) if (!strcmp(other->name, device->name) ||
                                                   (device->minor != MISC_DYNAMIC_MINOR &&
                                                    other->minor == device->minor)) error = -EBUSY;
    if (!error) {
        if (device->minor == MISC_DYNAMIC_MINOR) device->minor = next_minor--;
        list_add_tail(&device->list, &devices);
    }
    mutex_unlock(&devices_lock);
    return error;
}

void misc_deregister(struct miscdevice* device) {
    mutex_lock(&devices_lock);
    list_del(&device->list);
    mutex_unlock(&devices_lock);
}

struct opened {
    struct file file;
    struct inode inode;
};

int ashlar_device_open(const char* name, int flags, struct file** file) {
    struct miscdevice* device;
    struct opened* opened;
    int error = -ENOENT;

    opened = kzalloc(sizeof(*opened), GFP_KERNEL);
    if (!opened) return -ENOMEM;
    opened->file.f_inode = &opened->inode;
    opened->file.f_flags = (unsigned int)flags;
    /* O_RDONLY, O_WRONLY, O_RDWR plus one are the bits. */
    opened->file.f_mode = ((fmode_t)flags + 1) & ACCESS_MODES;
    mutex_lock(&devices_lock);
    list_for_each_entry(device, &devices, list) {
        if (strcmp(device->name, name)) continue;
        opened->inode.i_rdev = (dev_t)(MISC_MAJOR << 20 | device->minor);
        opened->file.f_op = device->fops;
        /* A driver finds its device here, as in Linux. */
        opened->file.private_data = device;
        error = device->fops->open ? device->fops->open(&opened->inode, &opened->file) : 0;
        break;
    }
    mutex_unlock(&devices_lock);
    if (error)
        kfree(opened);
    else
        *file = &opened->file;
    return error;
}

int ashlar_device_close(struct file* file) {
    int error = file->f_op->release ? file->f_op->release(file->f_inode, file) : 0;
    kfree(container_of(file, struct opened, file));
    return error;
}

long ashlar_device_read(struct file* file, void* to, size_t size) {
    if (!(file->f_mode & FMODE_READ)) return -EBADF;
    return file->f_op->read ? file->f_op->read(file, to, size, &file->f_pos) : -EINVAL;
}

long ashlar_device_write(struct file* file, const void* from, size_t size) {
    if (!(file->f_mode & FMODE_WRITE)) return -EBADF;
    return file->f_op->write ? file->f_op->write(file, from, size, &file->f_pos) : -EINVAL;
}

long ashlar_device_seek(struct file* file, long offset, int whence) {
    return file->f_op->llseek ? file->f_op->llseek(file, offset, whence) : -ESPIPE;
}

long ashlar_device_ioctl(struct file* file, unsigned command, unsigned long argument) {
    return file->f_op->unlocked_ioctl ? file->f_op->unlocked_ioctl(file, command, argument)
                                      : -ENOTTY;
}

int ashlar_device_mmap(struct file* file, void* address, size_t size, size_t offset) {
    struct vm_area_struct vma = {
        .vm_start = (unsigned long)address,
        .vm_end = (unsigned long)address + size,
        .vm_pgoff = offset >> PAGE_SHIFT,
        .vm_flags = VM_READ | VM_WRITE | VM_SHARED,
    };

    if (!size || offset_in_page(address) || offset_in_page(size) || offset_in_page(offset))
        return -EINVAL;
    return file->f_op->mmap ? file->f_op->mmap(file, &vma) : -ENODEV;
}

// ---- what drivers call ----------------------------------------------------------

int nonseekable_open(struct inode* inode, struct file* file) {
    (void)inode;
    file->f_mode &= ~FMODE_LSEEK;
    return 0;
}

loff_t no_llseek(struct file* file, loff_t offset, int whence) {
    (void)file;
    (void)offset;
    (void)whence;
    return -ESPIPE;
}

loff_t noop_llseek(struct file* file, loff_t offset, int whence) {
    (void)offset;
    (void)whence;
    return file->f_pos;
}

loff_t fixed_size_llseek(struct file* file, loff_t offset, int whence, loff_t size) {
    if (whence == FROM_HERE)
        offset += file->f_pos;
    else if (whence == FROM_END)
        offset += size;
    else if (whence != SET)
        return -EINVAL;
    if (offset < 0 || offset > size) return -EINVAL;
    return file->f_pos = offset;
}

ssize_t simple_read_from_buffer(void __user* to, size_t count, loff_t* at, const void* from,
                                size_t available) {
    loff_t place = *at;
    size_t left;

    if (place < 0) return -EINVAL;
    if ((size_t)place >= available || !count) return 0;
    count = min(count, available - (size_t)place);
    left = copy_to_user(to, (const char*)from + place, count);
    if (left == count) return -EFAULT;
    count -= left;
    *at = place + (loff_t)count;
    return (ssize_t)count;
}

ssize_t simple_write_to_buffer(void* to, size_t available, loff_t* at, const void __user* from,
                               size_t count) {
    loff_t place = *at;
    size_t left;

    if (place < 0) return -EINVAL;
    if ((size_t)place >= available || !count) return 0;
    count = min(count, available - (size_t)place);
    left = copy_from_user((char*)to + place, from, count);
    if (left == count) return -EFAULT;
    count -= left;
    *at = place + (loff_t)count;
    return (ssize_t)count;
}
