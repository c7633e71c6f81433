// debugfs: files below /sys/kernel/debug, and files that are one number: a pair of
// functions and a format.

#include "pseudo.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static struct pseudo *node_of(struct dentry *dentry)
{
    return dentry ? container_of(dentry, struct pseudo, dentry) : &pseudo_debug;
}

static struct dentry *add(const char *name, umode_t mode, struct dentry *parent, void *data,
                          const struct file_operations *operations)
{
    struct pseudo *node;

    if (IS_ERR(parent)) return parent;
    if (!name || !*name) return ERR_PTR(-EINVAL);
    node = pseudo_add(node_of(parent), name, mode, operations, data);
    if (PTR_ERR_OR_ZERO(node) == -EEXIST)
        pr_err("debugfs: %s '%s' with parent '%s' already present!\n", S_ISDIR(mode) ? "Directory" : "File", name,
               parent ? (const char *)parent->d_name.name : "/");
    return IS_ERR(node) ? ERR_CAST(node) : &node->dentry;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
    return add(name, S_IFDIR | 0755, parent, NULL, NULL);
}

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
                                   const struct file_operations *operations)
{
    return add(name, S_IFREG | (mode & S_IALLUGO), parent, data, operations);
}

struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *to)
{
    struct pseudo *target, *node;

    if (IS_ERR(parent)) return parent;
    target = pseudo_find(node_of(parent), to);
    node = target ? pseudo_link(node_of(parent), name, target) : ERR_PTR(-ENOENT);
    return IS_ERR(node) ? ERR_CAST(node) : &node->dentry;
}

struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
    struct pseudo *node = IS_ERR(parent) ? NULL : pseudo_entry(node_of(parent), name);

    return node ? &node->dentry : NULL;
}

void debugfs_remove(struct dentry *dentry)
{
    if (!IS_ERR_OR_NULL(dentry)) pseudo_remove(node_of(dentry));
}

void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
    debugfs_remove(debugfs_lookup(name, parent));
}
bool debugfs_initialized(void) { return true; }

int debugfs_file_get(struct dentry *dentry) { return pseudo_enter(node_of(dentry)) ? 0 : -EIO; }
void debugfs_file_put(struct dentry *dentry) { pseudo_leave(node_of(dentry)); }

/* ---- files that are one number --------------------------------------------------------------- */

struct simple_attribute {
    int (*get)(void *data, u64 *value);
    int (*set)(void *data, u64 value);
    void *data;
    const char *format;
    struct mutex lock;
    char text[24]; /* a 64-bit number, a newline and the end */
    size_t length;
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *), int (*set)(void *, u64),
                     const char *format)
{
    struct simple_attribute *attribute = kzalloc(sizeof(*attribute), GFP_KERNEL);

    if (!attribute) return -ENOMEM;
    attribute->get = get;
    attribute->set = set;
    attribute->data = inode->i_private;
    attribute->format = format;
    mutex_init(&attribute->lock);
    file->private_data = attribute;
    return nonseekable_open(inode, file);
}

int simple_attr_release(struct inode *inode, struct file *file)
{
    (void)inode;
    kfree(file->private_data);
    return 0;
}

ssize_t simple_attr_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    struct simple_attribute *attribute = file->private_data;
    ssize_t result = 0;
    u64 value;

    if (!attribute->get) return -EACCES;
    mutex_lock(&attribute->lock);
    /* What one read began, the next go on with. */
    if (!*pos || !attribute->length) {
        result = attribute->get(attribute->data, &value);
        if (!result)
            attribute->length = (size_t)scnprintf(attribute->text, sizeof(attribute->text), attribute->format,
                                                  (unsigned long long)value);
    }
    if (!result) result = simple_read_from_buffer(to, count, pos, attribute->text, attribute->length);
    mutex_unlock(&attribute->lock);
    return result;
}

static ssize_t write_number(struct file *file, const char __user *from, size_t count, bool is_signed)
{
    struct simple_attribute *attribute = file->private_data;
    char text[24] = "";
    u64 value;
    int error;

    if (!attribute->set) return -EACCES;
    if (copy_from_user(text, from, min(count, sizeof(text) - 1))) return -EFAULT;
    error = is_signed ? kstrtoll(text, 0, (long long *)&value) : kstrtoull(text, 0, (unsigned long long *)&value);
    if (error) return error;
    mutex_lock(&attribute->lock);
    error = attribute->set(attribute->data, value);
    attribute->length = 0;
    mutex_unlock(&attribute->lock);
    return error ? error : (ssize_t)count;
}

ssize_t simple_attr_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    (void)pos;
    return write_number(file, from, count, false);
}
ssize_t simple_attr_write_signed(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    (void)pos;
    return write_number(file, from, count, true);
}

#define NUMBER(kind, type, read, assign, text)                                                     \
    static int get_##kind(void *data, u64 *value)                                                  \
    {                                                                                              \
        *value = (u64)(read);                                                                      \
        return 0;                                                                                  \
    }                                                                                              \
    static int set_##kind(void *data, u64 value)                                                   \
    {                                                                                              \
        assign;                                                                                    \
        return 0;                                                                                  \
    }                                                                                              \
    DEFINE_DEBUGFS_ATTRIBUTE(kind##_operations, get_##kind, set_##kind, text);                     \
    void debugfs_create_##kind(const char *name, umode_t mode, struct dentry *parent, type *value) \
    {                                                                                              \
        debugfs_create_file(name, mode, parent, value, &kind##_operations);                        \
    }
#define PLAIN(kind, type, text) \
    NUMBER(kind, type, READ_ONCE(*(type *)data), WRITE_ONCE(*(type *)data, (type)value), text)
PLAIN(u8, u8, "%llu\n")
PLAIN(u16, u16, "%llu\n")
PLAIN(u32, u32, "%llu\n")
PLAIN(u64, u64, "%llu\n")
PLAIN(x8, u8, "0x%02llx\n")
PLAIN(x16, u16, "0x%04llx\n")
PLAIN(x32, u32, "0x%08llx\n")
PLAIN(x64, u64, "0x%016llx\n")
PLAIN(ulong, unsigned long, "%llu\n")
PLAIN(size_t, size_t, "%llu\n")
NUMBER(atomic_t, atomic_t, (s64)atomic_read((atomic_t *)data), atomic_set((atomic_t *)data, (int)value), "%lld\n")

/* ---- other files ----------------------------------------------------------------------------- */

ssize_t debugfs_read_file_bool(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    const bool *value = file_inode(file)->i_private;

    return simple_read_from_buffer(to, count, pos, READ_ONCE(*value) ? "Y\n" : "N\n", 2);
}
ssize_t debugfs_write_file_bool(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    bool value;
    int error = kstrtobool_from_user(from, count, &value);

    (void)pos;
    if (!error) WRITE_ONCE(*(bool *)file_inode(file)->i_private, value);
    return (ssize_t)count;
}
static const struct file_operations bool_operations = {
    .open = simple_open, .read = debugfs_read_file_bool, .write = debugfs_write_file_bool, .llseek = default_llseek};
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
    debugfs_create_file(name, mode, parent, value, &bool_operations);
}

static ssize_t read_text(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    const char *text = *(char **)file_inode(file)->i_private;
    char *line = kasprintf(GFP_KERNEL, "%s\n", text ? text : "");
    ssize_t result;

    if (!line) return -ENOMEM;
    result = simple_read_from_buffer(to, count, pos, line, strlen(line));
    kfree(line);
    return result;
}
static const struct file_operations text_operations = {
    .open = simple_open, .read = read_text, .llseek = default_llseek};
void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value)
{
    debugfs_create_file(name, mode, parent, value, &text_operations);
}

static ssize_t read_blob(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    const struct debugfs_blob_wrapper *blob = file_inode(file)->i_private;

    return simple_read_from_buffer(to, count, pos, blob->data, blob->size);
}
static const struct file_operations blob_operations = {
    .open = simple_open, .read = read_blob, .llseek = default_llseek};
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
                                   struct debugfs_blob_wrapper *blob)
{
    return debugfs_create_file(name, mode & 0444, parent, blob, &blob_operations);
}

static int array_show(struct seq_file *seq, void *unused)
{
    const struct debugfs_u32_array *array = seq->private;

    (void)unused;
    for (u32 i = 0; i < array->n_elements; i++)
        seq_printf(seq, "%u%c", array->array[i], i + 1 < array->n_elements ? ' ' : '\n');
    return 0;
}
DEFINE_SHOW_ATTRIBUTE(array);
void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent, struct debugfs_u32_array *array)
{
    debugfs_create_file(name, mode, parent, array, &array_fops);
}

static int registers_show(struct seq_file *seq, void *unused)
{
    const struct debugfs_regset32 *set = seq->private;

    (void)unused;
    debugfs_print_regs32(seq, set->regs, set->nregs, set->base, "");
    return 0;
}
DEFINE_SHOW_ATTRIBUTE(registers);
void debugfs_create_regset32(const char *name, umode_t mode, struct dentry *parent, struct debugfs_regset32 *set)
{
    debugfs_create_file(name, mode, parent, set, &registers_fops);
}
void debugfs_print_regs32(struct seq_file *seq, const struct debugfs_reg32 *registers, int count, void __iomem *base,
                          char *prefix)
{
    for (int i = 0; i < count && !seq_has_overflowed(seq); i++)
        seq_printf(seq, "%s%s = 0x%08x\n", prefix ? prefix : "", registers[i].name,
                   readl((char __iomem *)base + registers[i].offset));
}
