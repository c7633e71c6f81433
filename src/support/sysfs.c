// sysfs: an object is a folder, its attributes are files. Reading one calls show()
// with a page once and hands out pieces of it, writing calls store() with all of
// what was written. A removal waits for them; afterwards neither is called.

#include "pseudo.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* kobj->sd is the node. A folder's owner is its object, a file's data its attribute. */
static struct pseudo *folder_of(const struct kobject *kobj) { return (struct pseudo *)kobj->sd; }

static int show_attribute(struct seq_file *seq, void *unused)
{
    const struct pseudo *node = seq->private;
    struct kobject *kobj = node->owner;
    char *page;
    ssize_t length;

    (void)unused;
    page = (char *)get_zeroed_page(GFP_KERNEL);
    if (!page) return -ENOMEM;
    length = kobj->ktype->sysfs_ops->show(kobj, node->inode.i_private, page);
    if (length >= (ssize_t)PAGE_SIZE) {
        pr_err("fill_read_buffer: %ps returned bad count\n", (void *)kobj->ktype->sysfs_ops->show);
        length = PAGE_SIZE - 1;
    }
    if (length > 0) seq_write(seq, page, (size_t)length);
    free_page((unsigned long)page);
    return length < 0 ? (int)length : 0;
}

static int open_attribute(struct inode *inode, struct file *file)
{
    struct pseudo *node = pseudo_of(inode);
    const struct kobject *kobj = node->owner;
    const struct sysfs_ops *operations = kobj->ktype ? kobj->ktype->sysfs_ops : NULL;

    if (WARN(!operations, "missing sysfs attribute operations for kobject: %s", kobject_name(kobj))) return -EACCES;
    if ((file->f_mode & FMODE_WRITE) && (!(inode->i_mode & S_IWUGO) || !operations->store)) return -EACCES;
    if ((file->f_mode & FMODE_READ) && (!(inode->i_mode & S_IRUGO) || !operations->show)) return -EACCES;
    return single_open(file, show_attribute, node);
}

static ssize_t write_attribute(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    struct pseudo *node = pseudo_of(file_inode(file));
    struct kobject *kobj = node->owner;
    ssize_t result;
    char *text;

    count = min_t(size_t, count, PAGE_SIZE);
    if (!count) return 0;
    text = memdup_user_nul(from, count);
    if (IS_ERR(text)) return PTR_ERR(text);
    result = kobj->ktype->sysfs_ops->store(kobj, node->inode.i_private, text, count);
    kfree(text);
    if (result > 0) *pos += result;
    return result;
}

static const struct file_operations attribute_operations = {
    .open = open_attribute, .read = seq_read, .write = write_attribute, .llseek = seq_lseek, .release = single_release};

/* ---- binary attributes ----------------------------------------------------------------------- */

static ssize_t use_binary(struct file *file, char __user *user, size_t count, loff_t *pos, bool write)
{
    struct pseudo *node = pseudo_of(file_inode(file));
    struct bin_attribute *attribute = node->inode.i_private;
    ssize_t result;
    char *page;

    if (write ? !attribute->write : !attribute->read) return -EIO;
    if (attribute->size) {
        if (*pos >= (loff_t)attribute->size) return write ? -EFBIG : 0;
        count = min_t(size_t, count, attribute->size - (size_t)*pos);
    }
    count = min_t(size_t, count, PAGE_SIZE);
    page = (char *)get_zeroed_page(GFP_KERNEL);
    if (!page) return -ENOMEM;
    if (write && copy_from_user(page, user, count))
        result = -EFAULT;
    else
        result = (write ? attribute->write : attribute->read)(file, node->owner, attribute, page, *pos, count);
    if (!write && result > 0 && copy_to_user(user, page, (size_t)result)) result = -EFAULT;
    free_page((unsigned long)page);
    if (result > 0) *pos += result;
    return result;
}
static ssize_t read_binary(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    return use_binary(file, to, count, pos, false);
}
static ssize_t write_binary(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    return use_binary(file, (char __user *)from, count, pos, true);
}
static const struct file_operations binary_operations = {
    .read = read_binary, .write = write_binary, .llseek = generic_file_llseek};

/* ---- files and folders ----------------------------------------------------------------------- */

static int add(struct pseudo *folder, struct kobject *kobj, const struct attribute *attribute, umode_t mode,
               const struct file_operations *operations)
{
    struct pseudo *node;

    if (WARN_ON(!folder || !attribute)) return -EINVAL;
    node = pseudo_add(folder, attribute->name, S_IFREG | (mode & S_IALLUGO), operations, (void *)attribute);
    if (IS_ERR(node)) {
        if (PTR_ERR(node) == -EEXIST)
            WARN(1, "sysfs: cannot create duplicate filename '%s/%s'", kobject_name(kobj), attribute->name);
        return (int)PTR_ERR(node);
    }
    node->owner = kobj;
    return 0;
}

static void take_out(struct pseudo *folder, const char *name)
{
    struct pseudo *node = folder ? pseudo_entry(folder, name) : NULL;

    if (node && node != folder) pseudo_remove(node);
}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attribute)
{
    return add(folder_of(kobj), kobj, attribute, attribute->mode, &attribute_operations);
}
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attribute)
{
    take_out(folder_of(kobj), attribute->name);
}

bool sysfs_remove_file_self(struct kobject *kobj, const struct attribute *attribute)
{
    struct pseudo *node = pseudo_entry(folder_of(kobj), attribute->name);

    return node && pseudo_remove_self(node);
}

int sysfs_create_files(struct kobject *kobj, const struct attribute *const *attributes)
{
    int error = 0, i;

    for (i = 0; attributes[i] && !error; i++) error = sysfs_create_file(kobj, attributes[i]);
    if (error)
        for (i--; i-- > 0;) sysfs_remove_file(kobj, attributes[i]);
    return error;
}
void sysfs_remove_files(struct kobject *kobj, const struct attribute *const *attributes)
{
    for (int i = 0; attributes[i]; i++) sysfs_remove_file(kobj, attributes[i]);
}

int sysfs_create_bin_file(struct kobject *kobj, const struct bin_attribute *attribute)
{
    return add(folder_of(kobj), kobj, &attribute->attr, attribute->attr.mode, &binary_operations);
}
void sysfs_remove_bin_file(struct kobject *kobj, const struct bin_attribute *attribute)
{
    take_out(folder_of(kobj), attribute->attr.name);
}

int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)
{
    struct pseudo *node;

    if (!folder_of(kobj) || !folder_of(target)) return -ENOENT;
    node = pseudo_link(folder_of(kobj), name, folder_of(target));
    return PTR_ERR_OR_ZERO(node);
}
void sysfs_remove_link(struct kobject *kobj, const char *name) { take_out(folder_of(kobj), name); }

int sysfs_chmod_file(struct kobject *kobj, const struct attribute *attribute, umode_t mode)
{
    struct pseudo *node = folder_of(kobj) ? pseudo_find(folder_of(kobj), attribute->name) : NULL;

    if (!node) return -ENOENT;
    node->inode.i_mode = S_IFREG | (mode & S_IALLUGO);
    return 0;
}

static int fill_group(struct pseudo *folder, struct kobject *kobj, const struct attribute_group *group)
{
    int error = 0;

    for (int i = 0; group->attrs && group->attrs[i] && !error; i++) {
        umode_t mode = group->is_visible ? group->is_visible(kobj, group->attrs[i], i) : group->attrs[i]->mode;
        if (mode) error = add(folder, kobj, group->attrs[i], mode, &attribute_operations);
    }
    for (int i = 0; group->bin_attrs && group->bin_attrs[i] && !error; i++) {
        struct bin_attribute *attribute = group->bin_attrs[i];
        umode_t mode = group->is_bin_visible ? group->is_bin_visible(kobj, attribute, i) : attribute->attr.mode;
        if (mode) error = add(folder, kobj, &attribute->attr, mode, &binary_operations);
    }
    return error;
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
    struct pseudo *folder = folder_of(kobj);
    int error;

    if (WARN_ON(!folder || (!group->attrs && !group->bin_attrs))) return -EINVAL;
    if (group->name) {
        folder = pseudo_add(folder, group->name, S_IFDIR | 0755, NULL, NULL);
        if (IS_ERR(folder)) return (int)PTR_ERR(folder);
        folder->owner = kobj;
    }
    error = fill_group(folder, kobj, group);
    if (error) sysfs_remove_group(kobj, group);
    return error;
}

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
    struct pseudo *folder = folder_of(kobj);

    if (group->name) {
        take_out(folder, group->name);
        return;
    }
    for (int i = 0; group->attrs && group->attrs[i]; i++) take_out(folder, group->attrs[i]->name);
    for (int i = 0; group->bin_attrs && group->bin_attrs[i]; i++) take_out(folder, group->bin_attrs[i]->attr.name);
}

int sysfs_update_group(struct kobject *kobj, const struct attribute_group *group)
{
    sysfs_remove_group(kobj, group);
    return sysfs_create_group(kobj, group);
}

void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{
    for (int i = 0; groups && groups[i]; i++) sysfs_remove_group(kobj, groups[i]);
}
int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)
{
    int error = 0, i;

    for (i = 0; groups && groups[i] && !error; i++) error = sysfs_create_group(kobj, groups[i]);
    if (error)
        for (i--; i-- > 0;) sysfs_remove_group(kobj, groups[i]);
    return error;
}

bool ashlar_kobject_is_permanent(const struct kobject *kobj);

int sysfs_create_dir(struct kobject *kobj)
{
    struct pseudo *parent = &pseudo_sys, *folder;

    if (kobj->parent) parent = folder_of(kobj->parent);
    if (!parent) return -ENOENT;
    folder = ashlar_kobject_is_permanent(kobj) ? pseudo_add_for_ever(parent, kobject_name(kobj))
                                               : pseudo_add(parent, kobject_name(kobj), S_IFDIR | 0755, NULL, NULL);
    if (IS_ERR(folder)) return (int)PTR_ERR(folder);
    folder->owner = kobj;
    kobj->sd = (struct kernfs_node *)folder;
    return 0;
}

void sysfs_remove_dir(struct kobject *kobj)
{
    struct pseudo *folder = folder_of(kobj);

    kobj->sd = NULL;
    if (folder) pseudo_remove(folder);
}
