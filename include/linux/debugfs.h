/* SPDX-License-Identifier: MIT */
/* Files below /sys/kernel/debug, which a program opens by filp_open(). */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>
struct device;
struct debugfs_blob_wrapper {
    void *data;
    unsigned long size;
};
struct debugfs_reg32 {
    char *name;
    unsigned long offset;
};
struct debugfs_regset32 {
    const struct debugfs_reg32 *regs;
    int nregs;
    void __iomem *base;
    struct device *dev;
};
struct debugfs_u32_array {
    u32 *array;
    u32 n_elements;
};
ASHLAR_BEGIN_C
/* ERR_PTR(-EEXIST) when the name is taken; an ERR_PTR as parent is answered. */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
                                   const struct file_operations *operations);
struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *to);
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
                                   struct debugfs_blob_wrapper *blob);
struct dentry *debugfs_lookup(const char *name, struct dentry *parent);
/* With all that is inside. */
void debugfs_remove(struct dentry *dentry);
void debugfs_lookup_and_remove(const char *name, struct dentry *parent);
bool debugfs_initialized(void);
void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent, unsigned long *value);
void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent, size_t *value);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, atomic_t *value);
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value);
void debugfs_create_str(const char *name, umode_t mode, struct dentry *parent, char **value);
void debugfs_create_u32_array(const char *name, umode_t mode, struct dentry *parent, struct debugfs_u32_array *array);
void debugfs_create_regset32(const char *name, umode_t mode, struct dentry *parent, struct debugfs_regset32 *set);
void debugfs_print_regs32(struct seq_file *seq, const struct debugfs_reg32 *registers, int count, void __iomem *base,
                          char *prefix);
ssize_t debugfs_read_file_bool(struct file *file, char __user *to, size_t count, loff_t *pos);
ssize_t debugfs_write_file_bool(struct file *file, const char __user *from, size_t count, loff_t *pos);
/* What every operation of a file does anyway: -EIO when it is removed, or the removal waits. */
int debugfs_file_get(struct dentry *dentry);
void debugfs_file_put(struct dentry *dentry);
ASHLAR_END_C
#define debugfs_create_file_unsafe(name, mode, parent, data, operations) \
    debugfs_create_file(name, mode, parent, data, operations)
#define debugfs_remove_recursive debugfs_remove
#define debugfs_attr_read simple_attr_read
#define debugfs_attr_write simple_attr_write
#define debugfs_attr_write_signed simple_attr_write_signed
#define DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, format) DEFINE_SIMPLE_ATTRIBUTE(name, get, set, format)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(name, get, set, format) DEFINE_SIMPLE_ATTRIBUTE_SIGNED(name, get, set, format)
