/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_DEBUG_FS: everything answers -ENODEV, and drivers go on without. */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>
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
};
#define ASHLAR_NO_DEBUGFS ((struct dentry *)ERR_PTR(-ENODEV))
static inline struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
    (void)name;
    (void)parent;
    return ASHLAR_NO_DEBUGFS;
}
static inline struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
                                                 const struct file_operations *operations)
{
    (void)name;
    (void)mode;
    (void)parent;
    (void)data;
    (void)operations;
    return ASHLAR_NO_DEBUGFS;
}
#define debugfs_create_file_unsafe(name, mode, parent, data, operations) \
    debugfs_create_file(name, mode, parent, data, operations)
#define ASHLAR_DEBUGFS_VALUE(kind, type)                                                                         \
    static inline void debugfs_create_##kind(const char *name, umode_t mode, struct dentry *parent, type *value) \
    {                                                                                                            \
        (void)name;                                                                                              \
        (void)mode;                                                                                              \
        (void)parent;                                                                                            \
        (void)value;                                                                                             \
    }
ASHLAR_DEBUGFS_VALUE(u8, u8)
ASHLAR_DEBUGFS_VALUE(u16, u16)
ASHLAR_DEBUGFS_VALUE(u32, u32)
ASHLAR_DEBUGFS_VALUE(u64, u64)
ASHLAR_DEBUGFS_VALUE(x8, u8)
ASHLAR_DEBUGFS_VALUE(x16, u16)
ASHLAR_DEBUGFS_VALUE(x32, u32)
ASHLAR_DEBUGFS_VALUE(x64, u64)
ASHLAR_DEBUGFS_VALUE(ulong, unsigned long)
ASHLAR_DEBUGFS_VALUE(size_t, size_t)
ASHLAR_DEBUGFS_VALUE(atomic_t, atomic_t)
ASHLAR_DEBUGFS_VALUE(bool, bool)
ASHLAR_DEBUGFS_VALUE(str, char *)
#undef ASHLAR_DEBUGFS_VALUE
static inline struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
                                                 struct debugfs_blob_wrapper *blob)
{
    (void)name;
    (void)mode;
    (void)parent;
    (void)blob;
    return ASHLAR_NO_DEBUGFS;
}
static inline struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
    (void)name;
    (void)parent;
    return ASHLAR_NO_DEBUGFS;
}
static inline struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *to)
{
    (void)name;
    (void)parent;
    (void)to;
    return ASHLAR_NO_DEBUGFS;
}
static inline void debugfs_remove(struct dentry *dentry) { (void)dentry; }
#define debugfs_remove_recursive debugfs_remove
static inline void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
    (void)name;
    (void)parent;
}
static inline bool debugfs_initialized(void) { return false; }
#define DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, format)                              \
    static const struct file_operations name = {.owner = THIS_MODULE};                \
    static int (*const ashlar_unused_get_##name)(void *, u64 *) __maybe_unused = get; \
    static int (*const ashlar_unused_set_##name)(void *, u64) __maybe_unused = set
#define DEFINE_SIMPLE_ATTRIBUTE(name, get, set, format) DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, format)
