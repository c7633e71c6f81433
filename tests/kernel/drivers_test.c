// What drivers use beside memory: devices that are opened and used by name, managed memory, platform
// drivers, sequence files, notifier chains, timers with nanoseconds, objects.

#include <ashlar/machine.h>
#include <linux/cdev.h>
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/dmapool.h>
#include <linux/hrtimer.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/list_lru.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/percpu-refcount.h>
#include <linux/platform_device.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/rwsem.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/wait_bit.h>
#include <sys/mman.h>

#include <ashlar/device.h>

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

/* ---- sequence files --------------------------------------------------------------------------- */

static void *lines_start(struct seq_file *seq, loff_t *pos)
{
    (void)seq;
    return *pos < 3000 ? (void *)(*pos + 1) : NULL;
}
static void *lines_next(struct seq_file *seq, void *v, loff_t *pos)
{
    (void)v;
    ++*pos;
    return lines_start(seq, pos);
}
static void lines_stop(struct seq_file *seq, void *v)
{
    (void)seq;
    (void)v;
}
static int lines_show(struct seq_file *seq, void *v)
{
    if ((long)v % 1000 == 0) return SEQ_SKIP;
    /* One line is longer than a page. */
    seq_printf(seq, "%ld%*s\n", (long)v, (long)v == 17 ? 9000 : 1, "");
    return 0;
}
static const struct seq_operations lines = {lines_start, lines_stop, lines_next, lines_show};

static int one_show(struct seq_file *seq, void *v)
{
    (void)v;
    seq_puts(seq, "one ");
    seq_put_decimal_ull(seq, "two ", 2);
    seq_putc(seq, '\n');
    return 0;
}

static void sequence_files(void)
{
    static char all[64 << 10], again[64 << 10];
    struct file file = {.f_mode = FMODE_READ};
    size_t size = 0, expected = 0;
    loff_t pos = 0;
    ssize_t got;

    CHECK(seq_open(&file, &lines) == 0);
    while ((got = seq_read(&file, all + size, 777, &pos)) > 0) size += (size_t)got;
    CHECK(got == 0);
    for (int i = 1; i <= 3000; i++)
        if (i % 1000) expected += (size_t)snprintf(NULL, 0, "%d%*s\n", i, i == 17 ? 9000 : 1, "");
    CHECK(size == expected);
    pos = 5000; /* from the middle again */
    got = seq_read(&file, again, sizeof(again), &pos);
    CHECK(got > 0 && memcmp(again, all + 5000, (size_t)got) == 0);
    seq_release(NULL, &file);

    CHECK(single_open(&file, one_show, NULL) == 0);
    pos = 0;
    CHECK(seq_read(&file, all, sizeof(all), &pos) == 10 && memcmp(all, "one two 2\n", 10) == 0);
    CHECK(seq_read(&file, all, sizeof(all), &pos) == 0);
    single_release(NULL, &file);
}

/* ---- chains, timers, objects, references ------------------------------------------------------ */

static int order[3], calls;
static int remember(struct notifier_block *block, unsigned long action, void *data)
{
    (void)data;
    order[calls++] = block->priority;
    return action == 2 && block->priority == 5 ? NOTIFY_STOP : NOTIFY_OK;
}

static void notifiers(void)
{
    static BLOCKING_NOTIFIER_HEAD(chain);
    struct notifier_block low = {.notifier_call = remember, .priority = 1},
                          middle = {.notifier_call = remember, .priority = 5},
                          high = {.notifier_call = remember, .priority = 9};

    blocking_notifier_chain_register(&chain, &middle);
    blocking_notifier_chain_register(&chain, &low);
    blocking_notifier_chain_register(&chain, &high);
    CHECK(blocking_notifier_call_chain(&chain, 1, NULL) == NOTIFY_OK);
    CHECK(calls == 3 && order[0] == 9 && order[1] == 5 && order[2] == 1);
    calls = 0;
    CHECK(blocking_notifier_call_chain(&chain, 2, NULL) == NOTIFY_STOP && calls == 2);
    CHECK(blocking_notifier_chain_unregister(&chain, &middle) == 0);
    CHECK(blocking_notifier_chain_unregister(&chain, &middle) == -ENOENT);
    CHECK(notifier_to_errno(notifier_from_errno(-EINVAL)) == -EINVAL);
}

static int ticks;
static enum hrtimer_restart tick(struct hrtimer *timer)
{
    CHECK(in_interrupt());
    CHECK(ktime_get() >= hrtimer_get_expires(timer));
    hrtimer_forward_now(timer, ms_to_ktime(2));
    return __atomic_add_fetch(&ticks, 1, __ATOMIC_SEQ_CST) < 5 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void timers(void)
{
    struct hrtimer timer;

    hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
    timer.function = tick;
    hrtimer_start(&timer, ms_to_ktime(2), HRTIMER_MODE_REL);
    for (int i = 0; i < 1000 && __atomic_load_n(&ticks, __ATOMIC_SEQ_CST) < 5; i++) schedule_timeout_uninterruptible(1);
    hrtimer_cancel(&timer);
    CHECK(ticks == 5 && !hrtimer_active(&timer));
}

static int objects_released;
static void count_release(struct kobject *kobj)
{
    (void)kobj;
    objects_released++;
}
static void objects(void)
{
    static const struct kobj_type type = {.release = count_release};
    struct kset *set = kset_create_and_add("set", NULL, kernel_kobj);
    struct kobject *folder = kobject_create_and_add("folder", &set->kobj), object = {.kset = set}, *found;

    CHECK(kobject_init_and_add(&object, &type, folder, "object%d", 1) == 0);
    found = kset_find_obj(set, "object1");
    CHECK(found == &object && object.parent == folder);
    kobject_put(found);
    CHECK(objects_released == 0);
    kobject_put(&object);
    CHECK(objects_released == 1 && !kset_find_obj(set, "object1"));
    kobject_put(folder);
    kset_unregister(set);
}

static int references_gone;
static void gone(struct percpu_ref *ref)
{
    (void)ref;
    references_gone++;
}
static void references(void)
{
    static DEFINE_STATIC_KEY_FALSE(key);
    static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 3);
    struct percpu_ref ref;
    int passed = 0;

    CHECK(percpu_ref_init(&ref, gone, 0, GFP_KERNEL) == 0);
    percpu_ref_get(&ref);
    percpu_ref_kill(&ref);
    rcu_barrier();
    CHECK(references_gone == 0 && percpu_ref_is_dying(&ref) && !percpu_ref_tryget_live(&ref));
    percpu_ref_put(&ref);
    CHECK(references_gone == 1 && percpu_ref_is_zero(&ref));
    percpu_ref_exit(&ref);

    CHECK(!static_branch_unlikely(&key));
    static_branch_inc(&key);
    CHECK(static_branch_unlikely(&key) && static_key_count(&key.key) == 1);
    for (int i = 0; i < 10; i++) passed += __ratelimit(&limit);
    CHECK(passed == 3 && limit.missed == 7);
}

struct aged {
    struct list_head lru;
    int number;
};
/* Every third is removed, every third is used again, the rest stays; the list lets go of its lock
 * for one of them. */
static enum lru_status judge(struct list_head *item, struct list_lru_one *list, spinlock_t *lock, void *order)
{
    struct aged *aged = container_of(item, struct aged, lru);

    strcat(order, (char[]){(char)('a' + aged->number), 0});
    if (aged->number % 3 == 1) return LRU_ROTATE;
    if (aged->number % 3 == 2) return LRU_SKIP;
    list_lru_isolate(list, item);
    if (aged->number != 6) return LRU_REMOVED;
    spin_unlock(lock);
    spin_lock(lock);
    return LRU_REMOVED_RETRY;
}
static void by_age(void)
{
    struct aged items[9];
    struct list_lru lru;
    char order[32] = "";

    CHECK(list_lru_init(&lru) == 0 && list_lru_count(&lru) == 0);
    for (int i = 0; i < 9; i++) {
        items[i].number = i;
        INIT_LIST_HEAD(&items[i].lru);
        CHECK(list_lru_add(&lru, &items[i].lru) && !list_lru_add(&lru, &items[i].lru));
    }
    CHECK(list_lru_walk(&lru, judge, order, 3) == 1 && !strcmp(order, "abc") && list_lru_count(&lru) == 8);
    *order = 0;
    CHECK(list_lru_walk(&lru, judge, order, 20) == 2 && list_lru_count(&lru) == 6);
    CHECK(strncmp(order, "cdefgcfhi", 9) == 0);
    CHECK(list_empty(&items[0].lru) && !list_lru_del(&lru, &items[0].lru));
    CHECK(list_lru_del(&lru, &items[1].lru) && list_lru_count(&lru) == 5);
    list_lru_destroy(&lru);
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

/* ---- names that code makes ------------------------------------------------------------------- */

/* What is read at once from a path, which need not be there. */
static const char *text_of(const char *path)
{
    static char text[PAGE_SIZE];
    struct file *file = filp_open(path, O_RDONLY, 0);
    loff_t pos = 0;
    ssize_t length;

    if (IS_ERR(file)) return "none";
    length = kernel_read(file, text, sizeof(text) - 1, &pos);
    filp_close(file, NULL);
    if (length < 0) return "error";
    text[length] = 0;
    return text;
}
static long write_text(const char *path, const char *text)
{
    struct file *file = filp_open(path, O_WRONLY, 0);
    loff_t pos = 0;
    long result;

    if (IS_ERR(file)) return PTR_ERR(file);
    result = kernel_write(file, text, strlen(text), &pos);
    filp_close(file, NULL);
    return result;
}

static int show_data(struct seq_file *seq, void *unused)
{
    (void)unused;
    seq_printf(seq, "%s\n", (char *)seq->private);
    return 0;
}
static int open_data(struct inode *inode, struct file *file) { return single_open(file, show_data, pde_data(inode)); }
static const struct proc_ops data_ops = {
    .proc_open = open_data, .proc_read = seq_read, .proc_lseek = seq_lseek, .proc_release = single_release};
static void *three_start(struct seq_file *seq, loff_t *pos)
{
    (void)seq;
    return *pos < 3 ? (void *)(unsigned long)(*pos + 1) : NULL;
}
static void *three_next(struct seq_file *seq, void *v, loff_t *pos)
{
    (void)v;
    ++*pos;
    return three_start(seq, pos);
}
static void three_stop(struct seq_file *seq, void *v)
{
    (void)seq;
    (void)v;
}
static int three_show(struct seq_file *seq, void *v)
{
    seq_printf(seq, "%lu ", (unsigned long)v);
    return 0;
}
static const struct seq_operations three = {three_start, three_stop, three_next, three_show};

static void proc_files(void)
{
    struct proc_dir_entry *folder = proc_mkdir("ours", NULL);
    struct file *file;
    char text[8] = "";
    loff_t pos = 0;

    CHECK(folder != NULL);
    CHECK(proc_create_data("data", 0, folder, &data_ops, "some data") != NULL);
    CHECK(proc_create_single_data("single", 0444, folder, show_data, "single") != NULL);
    CHECK(proc_create_seq("ours/three", 0, NULL, &three) != NULL);
    CHECK(strcmp(text_of("/proc/ours/data"), "some data\n") == 0);
    CHECK(strcmp(text_of("/proc/ours/single"), "single\n") == 0);
    CHECK(strcmp(text_of("/proc/ours/three"), "1 2 3 ") == 0);
    CHECK_REPORT("already registered", CHECK(!proc_create("data", 0, folder, &data_ops)));
    CHECK(PTR_ERR(filp_open("/proc/ours", O_RDONLY, 0)) == -EISDIR);
    /* What is open outlives its name. */
    file = filp_open("/proc/ours/data", O_RDONLY, 0);
    CHECK(strcmp((const char *)file->f_path.dentry->d_name.name, "data") == 0);
    remove_proc_entry("data", folder);
    CHECK(strcmp(text_of("/proc/ours/data"), "none") == 0);
    CHECK(kernel_read(file, text, 4, &pos) == 4 && strcmp(text, "some") == 0);
    filp_close(file, NULL);
    CHECK_REPORT("name 'data'", remove_proc_entry("data", folder));
    CHECK(proc_create_single_data("kept", 0444, folder, show_data, "kept") != NULL);
    CHECK(proc_symlink("way", NULL, "ours/kept") != NULL && !strcmp(text_of("/proc/way"), "kept\n"));
    remove_proc_entry("way", NULL); /* not what it leads to */
    CHECK(!strcmp(text_of("/proc/way"), "none") && !strcmp(text_of("/proc/ours/kept"), "kept\n"));
    CHECK(proc_symlink("way", NULL, "ours/kept") != NULL);
    CHECK(remove_proc_subtree("ours", NULL) == 0);
    CHECK(!strcmp(text_of("/proc/way"), "none")); /* it leads nowhere now */
    remove_proc_entry("way", NULL);
    CHECK(strcmp(text_of("/proc/ours/three"), "none") == 0);
}

static u64 square_root;
static int get_square(void *data, u64 *value)
{
    *value = *(u64 *)data * *(u64 *)data;
    return 0;
}
static int set_root(void *data, u64 value)
{
    if (value > 100) return -ERANGE;
    *(u64 *)data = value;
    return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(square_fops, get_square, set_root, "%llu\n");

static void debug_files(void)
{
    struct dentry *folder = debugfs_create_dir("ours", NULL);
    u32 number = 7;
    bool flag = false;
    u8 hex = 0xab;
    char *words = "two words";

    CHECK(!IS_ERR(folder));
    CHECK(debugfs_create_dir("ours", NULL) == ERR_PTR(-EEXIST));
    CHECK(debugfs_create_file("x", 0444, ERR_PTR(-ENOMEM), NULL, NULL) == ERR_PTR(-ENOMEM));
    debugfs_create_file("square", 0644, folder, &square_root, &square_fops);
    debugfs_create_u32("number", 0644, folder, &number);
    debugfs_create_x8("hex", 0444, folder, &hex);
    debugfs_create_bool("flag", 0644, folder, &flag);
    debugfs_create_str("words", 0444, folder, &words);
    CHECK(write_text("/sys/kernel/debug/ours/square", "0x10\n") == 5 && square_root == 16);
    CHECK(strcmp(text_of("/sys/kernel/debug/ours/square"), "256\n") == 0);
    CHECK(write_text("/sys/kernel/debug/ours/square", "101") == -ERANGE);
    CHECK(write_text("/sys/kernel/debug/ours/number", "8") == 1 && number == 8);
    CHECK(strcmp(text_of("/sys/kernel/debug/ours/number"), "8\n") == 0);
    CHECK(strcmp(text_of("/sys/kernel/debug/ours/hex"), "0xab\n") == 0);
    CHECK(write_text("/sys/kernel/debug/ours/flag", "y") == 1 && flag);
    CHECK(strcmp(text_of("/sys/kernel/debug/ours/flag"), "Y\n") == 0);
    CHECK(strcmp(text_of("/sys/kernel/debug/ours/words"), "two words\n") == 0);
    CHECK(debugfs_lookup("ours", NULL) == folder);
    debugfs_remove_recursive(folder);
    CHECK(debugfs_lookup("ours", NULL) == NULL);
}

static int level = 3;
static ssize_t level_show(struct kobject *kobj, struct kobj_attribute *attribute, char *to)
{
    (void)kobj;
    (void)attribute;
    return sysfs_emit(to, "%d\n", level);
}
static ssize_t level_store(struct kobject *kobj, struct kobj_attribute *attribute, const char *from, size_t count)
{
    int error = kstrtoint(from, 10, &level);
    (void)kobj;
    (void)attribute;
    return error ? error : (ssize_t)count;
}
static struct kobj_attribute level_attribute = __ATTR_RW(level);
static struct kobj_attribute fixed_attribute = __ATTR(fixed, 0444, level_show, NULL);
static struct attribute *level_attrs[] = {&fixed_attribute.attr, NULL};
static const struct attribute_group level_group = {.name = "more", .attrs = level_attrs};
static ssize_t id_show(struct device *device, struct device_attribute *attribute, char *to)
{
    (void)attribute;
    return sysfs_emit(to, "%s %s\n", dev_name(device), (char *)dev_get_drvdata(device));
}
static DEVICE_ATTR_RO(id);
static struct attribute *id_attrs[] = {&dev_attr_id.attr, NULL};
ATTRIBUTE_GROUPS(id);

static void attributes(void)
{
    static const struct kobj_type no_release = {.sysfs_ops = &kobj_sysfs_ops};
    static struct kobject bare;
    struct kobject *object = kobject_create_and_add("ours", kernel_kobj), *mine;
    struct class *class = class_create(THIS_MODULE, "ours");
    struct device *device = device_create_with_groups(class, NULL, 0, "data", id_groups, "item%d", 1);
    struct file *file;
    char text[8];
    loff_t pos = 0;

    CHECK(object && sysfs_create_file(object, &level_attribute.attr) == 0);
    CHECK(sysfs_create_group(object, &level_group) == 0);
    CHECK(strcmp(text_of("/sys/kernel/ours/level"), "3\n") == 0);
    CHECK(write_text("/sys/kernel/ours/level", "12\n") == 3 && level == 12);
    CHECK(write_text("/sys/kernel/ours/level", "x") == -EINVAL);
    CHECK(strcmp(text_of("/sys/kernel/ours/more/fixed"), "12\n") == 0);
    CHECK(write_text("/sys/kernel/ours/more/fixed", "1") == -EACCES);
    CHECK_REPORT("duplicate filename", CHECK(sysfs_create_file(object, &level_attribute.attr) == -EEXIST));
    mine = kobject_create_and_add("ours", kernel_kobj);
    CHECK(mine == NULL);
    file = filp_open("/sys/kernel/ours/level", O_RDONLY, 0);
    kobject_put(object);
    CHECK(kernel_read(file, text, sizeof(text), &pos) == -ENODEV); /* the object may be gone */
    filp_close(file, NULL);
    CHECK(strcmp(text_of("/sys/kernel/ours/level"), "none") == 0);
    CHECK(kobject_init_and_add(&bare, &no_release, NULL, "bare") == 0);
    CHECK(sysfs_create_file(&bare, &level_attribute.attr) == 0);
    CHECK(strcmp(text_of("/sys/bare/level"), "12\n") == 0);
    CHECK_REPORT("'bare' has no release() function", kobject_put(&bare));
    CHECK(strcmp(text_of("/sys/bare/level"), "none") == 0);

    CHECK(!IS_ERR(device));
    CHECK(strcmp(text_of("/sys/class/ours/item1/id"), "item1 data\n") == 0);
    device_unregister(device);
    CHECK(strcmp(text_of("/sys/class/ours/item1/id"), "none") == 0);
    class_destroy(class);
}

static void credentials(void)
{
    struct cred *fresh = prepare_creds();

    CHECK(uid_eq(current_uid(), GLOBAL_ROOT_UID) && capable(CAP_SYS_ADMIN));
    fresh->euid = KUIDT_INIT(1000);
    memset(&fresh->cap_effective, 0, sizeof(fresh->cap_effective));
    commit_creds(fresh);
    CHECK(current_euid().val == 1000 && !capable(CAP_SYS_ADMIN));
    fresh = prepare_creds();
    fresh->euid = GLOBAL_ROOT_UID;
    fresh->cap_effective = fresh->cap_permitted;
    commit_creds(fresh);
    CHECK(capable(CAP_SYS_ADMIN));
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

static unsigned long flag_word;
static int leave_early(void *done)
{
    msleep(5);
    clear_and_wake_up_bit(3, &flag_word);
    kthread_complete_and_exit(done, 7);
}
static void exits(void)
{
    DECLARE_COMPLETION_ONSTACK(done);
    struct fasync_struct *list = NULL;
    struct file file = {.f_flags = 0};

    set_bit(3, &flag_word);
    CHECK(!IS_ERR(kthread_run(leave_early, &done, "leaver")));
    CHECK(wait_on_bit(&flag_word, 3, TASK_UNINTERRUPTIBLE) == 0);
    wait_for_completion(&done);
    CHECK(fasync_helper(3, &file, 1, &list) == 1 && fasync_helper(4, &file, 1, &list) == 0 && list->fa_fd == 4);
    kill_fasync(&list, SIGIO, POLL_IN);
    CHECK(fasync_helper(-1, &file, 0, &list) == 1 && fasync_helper(-1, &file, 0, &list) == 0 && !list);
}

int main(void)
{
    character_devices();
    platform();
    sequence_files();
    notifiers();
    timers();
    objects();
    references();
    by_age();
    managed_pools();
    proc_files();
    debug_files();
    attributes();
    credentials();
    mappings();
    ranges();
    exits();
    CHECK(ashlar_warn_count() == 4); /* those that were asked for */
    return check_result("drivers");
}
