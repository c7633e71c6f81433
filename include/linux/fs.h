/* SPDX-License-Identifier: MIT */
/*
 * As much of files as a character driver needs: what it is called with and what it registers. There
 * is no file system; a test opens a registered device by <ashlar/device.h>.
 */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/fs.h>
#else
#ifndef ASHLAR_LINUX_FS_H
#define ASHLAR_LINUX_FS_H
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/mm_types.h>
#include <linux/types.h>

#define FMODE_READ ((fmode_t)0x1)
#define FMODE_WRITE ((fmode_t)0x2)
#define FMODE_LSEEK ((fmode_t)0x4)

struct module;
struct file_operations;
struct inode {
    umode_t i_mode;
    dev_t i_rdev;
    void* i_private;
};
struct file {
    const struct file_operations* f_op;
    struct inode* f_inode;
    void* private_data;
    loff_t f_pos;
    unsigned int f_flags;
    fmode_t f_mode;
};
struct file_operations {
    struct module* owner;
    loff_t (*llseek)(struct file* file, loff_t offset, int whence);
    ssize_t (*read)(struct file* file, char __user* to, size_t size, loff_t* at);
    ssize_t (*write)(struct file* file, const char __user* from, size_t size, loff_t* at);
    long (*unlocked_ioctl)(struct file* file, unsigned int command, unsigned long argument);
    long (*compat_ioctl)(struct file* file, unsigned int command, unsigned long argument);
    int (*mmap)(struct file* file, struct vm_area_struct* vma);
    int (*open)(struct inode* inode, struct file* file);
    int (*release)(struct inode* inode, struct file* file);
};

ASHLAR_BEGIN_C
int nonseekable_open(struct inode* inode, struct file* file);
loff_t no_llseek(struct file* file, loff_t offset, int whence);
loff_t noop_llseek(struct file* file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file* file, loff_t offset, int whence, loff_t size);
ssize_t simple_read_from_buffer(void __user* to, size_t count, loff_t* at, const void* from,
                                size_t available);
ssize_t simple_write_to_buffer(void* to, size_t available, loff_t* at, const void __user* from,
                               size_t count);
ASHLAR_END_C
static inline struct inode* file_inode(const struct file* file) {
    return file->f_inode;
}
#endif
#endif
