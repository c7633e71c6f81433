// Names that code makes below /proc, /sys/kernel/debug and /sys, and the texts behind them.

#include <ashlar/machine.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "check.h"

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

/* ---- the trees ------------------------------------------------------------------------------ */

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
    /* The file outlives its name; what it was for does not. */
    file = filp_open("/proc/ours/data", O_RDONLY, 0);
    remove_proc_entry("data", folder);
    CHECK(strcmp(text_of("/proc/ours/data"), "none") == 0);
    CHECK(kernel_read(file, text, 4, &pos) == -EIO);
    CHECK(strcmp((const char *)file->f_path.dentry->d_name.name, "data") == 0);
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

int main(void)
{
    sequence_files();
    proc_files();
    debug_files();
    attributes();
    CHECK(ashlar_warn_count() == 4); /* those that were asked for */
    return check_result("names");
}
