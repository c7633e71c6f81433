/* SPDX-License-Identifier: MIT */
/* Files below /proc, which a program opens by filp_open(). */
#pragma once
#include <linux/kconfig.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>
struct proc_dir_entry;
struct proc_ops {
    unsigned int proc_flags;
    int (*proc_open)(struct inode *inode, struct file *file);
    ssize_t (*proc_read)(struct file *file, char __user *to, size_t count, loff_t *pos);
    ssize_t (*proc_read_iter)(struct kiocb *kiocb, struct iov_iter *to);
    ssize_t (*proc_write)(struct file *file, const char __user *from, size_t count, loff_t *pos);
    loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
    int (*proc_release)(struct inode *inode, struct file *file);
    __poll_t (*proc_poll)(struct file *file, struct poll_table_struct *table);
    long (*proc_ioctl)(struct file *file, unsigned int command, unsigned long argument);
    long (*proc_compat_ioctl)(struct file *file, unsigned int command, unsigned long argument);
    int (*proc_mmap)(struct file *file, struct vm_area_struct *area);
    unsigned long (*proc_get_unmapped_area)(struct file *file, unsigned long address, unsigned long length,
                                            unsigned long offset, unsigned long flags);
};
enum { PROC_ENTRY_PERMANENT = 1 };
ASHLAR_BEGIN_C
/* NULL when a name is taken, with a warning, or there is no memory. */
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode, struct proc_dir_entry *parent, void *data);
struct proc_dir_entry *proc_create_mount_point(const char *name);
struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *to);
struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                   const struct proc_ops *operations);
struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                        const struct proc_ops *operations, void *data);
struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                               const struct seq_operations *operations, unsigned int state, void *data);
struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                               int (*show)(struct seq_file *seq, void *v), void *data);
void proc_set_size(struct proc_dir_entry *entry, loff_t size);
void proc_set_user(struct proc_dir_entry *entry, kuid_t uid, kgid_t gid);
void proc_remove(struct proc_dir_entry *entry);
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);
ASHLAR_END_C
#define proc_create_seq_data(name, mode, parent, operations, data) \
    proc_create_seq_private(name, mode, parent, operations, 0, data)
#define proc_create_seq(name, mode, parent, operations) proc_create_seq_private(name, mode, parent, operations, 0, NULL)
#define proc_create_single(name, mode, parent, show) proc_create_single_data(name, mode, parent, show, NULL)
static inline void *pde_data(const struct inode *inode) { return inode->i_private; }
#define PDE_DATA(inode) pde_data(inode)
