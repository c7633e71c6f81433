/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_PROC_FS: nothing is created. */
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
    ssize_t (*proc_write)(struct file *file, const char __user *from, size_t count, loff_t *pos);
    loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
    int (*proc_release)(struct inode *inode, struct file *file);
    __poll_t (*proc_poll)(struct file *file, struct poll_table_struct *table);
    long (*proc_ioctl)(struct file *file, unsigned int command, unsigned long argument);
    int (*proc_mmap)(struct file *file, struct vm_area_struct *area);
};
#define proc_mkdir(name, parent) ((void)(name), (struct proc_dir_entry *)NULL)
#define proc_create(name, mode, parent, operations) ((void)(operations), (struct proc_dir_entry *)NULL)
#define proc_create_data(name, mode, parent, operations, data) \
    ((void)(operations), (void)(data), (struct proc_dir_entry *)NULL)
#define proc_create_seq(name, mode, parent, operations) ((void)(operations), (struct proc_dir_entry *)NULL)
#define proc_create_single(name, mode, parent, show) ((void)(show), (struct proc_dir_entry *)NULL)
#define proc_create_single_data(name, mode, parent, show, data) \
    ((void)(show), (void)(data), (struct proc_dir_entry *)NULL)
#define remove_proc_entry(name, parent) ((void)(name))
#define remove_proc_subtree(name, parent) ((void)(name), 0)
#define proc_remove(entry) ((void)(entry))
static inline void *pde_data(const struct inode *inode) { return inode->i_private; }
#define PDE_DATA(inode) pde_data(inode)
