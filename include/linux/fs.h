/* SPDX-License-Identifier: MIT */
/*
 * Files as a driver sees them: operations, a position, something private. There is no file system
 * but the names that code makes: a registered character device is opened by filp_open("/dev/NAME",
 * flags, 0), files of procfs, debugfs and sysfs by their paths, and then they are read and written
 * with kernel_read(), kernel_write() and the others, as kernel code would do it.
 */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/fs.h>
#else
#ifndef ASHLAR_LINUX_FS_H
#define ASHLAR_LINUX_FS_H
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/ioctl.h>
#include <linux/kdev_t.h>
#include <linux/list.h>
#include <linux/list_lru.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/radix-tree.h>
#include <linux/rwsem.h>
#include <linux/rbtree.h>
#include <linux/rculist_bl.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/signal_types.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#ifndef READ
#define READ 0
#define WRITE 1
#endif
#define FMODE_READ ((fmode_t)0x1)
#define FMODE_WRITE ((fmode_t)0x2)
#define FMODE_LSEEK ((fmode_t)0x4)
#define FMODE_PREAD ((fmode_t)0x8)
#define FMODE_PWRITE ((fmode_t)0x10)
#define FMODE_ATOMIC_POS ((fmode_t)0x8000)
#define MAX_LFS_FILESIZE ((loff_t)LLONG_MAX)
struct cdev;
struct dentry;
struct file;
struct inode;
struct kiocb;
struct module;
struct pipe_inode_info;
struct poll_table_struct;
struct seq_file;
struct super_block;
struct vfsmount;
struct vm_area_struct;
typedef void *fl_owner_t;
struct file_operations {
    struct module *owner;
    loff_t (*llseek)(struct file *file, loff_t offset, int whence);
    ssize_t (*read)(struct file *file, char __user *to, size_t count, loff_t *pos);
    ssize_t (*write)(struct file *file, const char __user *from, size_t count, loff_t *pos);
    ssize_t (*read_iter)(struct kiocb *kiocb, struct iov_iter *to);
    ssize_t (*write_iter)(struct kiocb *kiocb, struct iov_iter *from);
    __poll_t (*poll)(struct file *file, struct poll_table_struct *table);
    long (*unlocked_ioctl)(struct file *file, unsigned int command, unsigned long argument);
    long (*compat_ioctl)(struct file *file, unsigned int command, unsigned long argument);
    int (*mmap)(struct file *file, struct vm_area_struct *area);
    int (*open)(struct inode *inode, struct file *file);
    int (*flush)(struct file *file, fl_owner_t id);
    int (*release)(struct inode *inode, struct file *file);
    int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
    int (*fasync)(int fd, struct file *file, int on);
    unsigned long (*get_unmapped_area)(struct file *file, unsigned long address, unsigned long length,
                                       unsigned long offset, unsigned long flags);
    ssize_t (*splice_read)(struct file *file, loff_t *pos, struct pipe_inode_info *pipe, size_t count,
                           unsigned int flags);
    ssize_t (*splice_write)(struct pipe_inode_info *pipe, struct file *file, loff_t *pos, size_t count,
                            unsigned int flags);
};
struct inode {
    umode_t i_mode;
    dev_t i_rdev;
    loff_t i_size;
    kuid_t i_uid;
    kgid_t i_gid;
    unsigned long i_ino;
    const struct file_operations *i_fop;
    struct cdev *i_cdev;
    void *i_private;
    struct super_block *i_sb;
    struct rw_semaphore i_rwsem;
};
struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
};
struct file {
    const struct file_operations *f_op;
    struct path f_path;
    struct inode *f_inode;
    unsigned int f_flags;
    fmode_t f_mode;
    loff_t f_pos;
    struct mutex f_pos_lock;
    void *private_data;
    void *f_security;
    atomic_long_t f_count;
    const struct cred *f_cred;
    const char *ashlar_name;
    struct list_head ashlar_opened; /* with what is to be closed when its name goes */
    bool ashlar_released;
};
/* ki_complete is NULL for who waits for the answer: everybody here. */
struct kiocb {
    struct file *ki_filp;
    loff_t ki_pos;
    void (*ki_complete)(struct kiocb *kiocb, long result);
    void *ASHLAR_PRIVATE_FIELD;
    int ki_flags;
};
#define IOCB_DSYNC 0x2
#define IOCB_NOWAIT 0x8
#define IOCB_APPEND 0x10
#define IOCB_DIRECT 0x20000
static inline bool is_sync_kiocb(struct kiocb *kiocb) { return !kiocb->ki_complete; }
static inline void init_sync_kiocb(struct kiocb *kiocb, struct file *file)
{
    *kiocb = (struct kiocb){};
    kiocb->ki_filp = file;
    if (file->f_flags & O_APPEND) kiocb->ki_flags |= IOCB_APPEND;
}
static inline struct inode *file_inode(const struct file *file) { return file->f_inode; }
static inline struct dentry *file_dentry(const struct file *file) { return file->f_path.dentry; }
static inline unsigned iminor(const struct inode *inode) { return MINOR(inode->i_rdev); }
static inline unsigned imajor(const struct inode *inode) { return MAJOR(inode->i_rdev); }
static inline loff_t i_size_read(const struct inode *inode) { return READ_ONCE(inode->i_size); }
static inline void i_size_write(struct inode *inode, loff_t size) { WRITE_ONCE(inode->i_size, size); }
static inline void inode_lock(struct inode *inode) { down_write(&inode->i_rwsem); }
static inline void inode_unlock(struct inode *inode) { up_write(&inode->i_rwsem); }

ASHLAR_BEGIN_C
/* Drivers. A major of 0 asks for a free one, which is answered. */
int __register_chrdev(unsigned int major, unsigned int first, unsigned int count, const char *name,
                      const struct file_operations *operations);
void __unregister_chrdev(unsigned int major, unsigned int first, unsigned int count, const char *name);
int register_chrdev_region(dev_t first, unsigned count, const char *name);
int alloc_chrdev_region(dev_t *first, unsigned minor, unsigned count, const char *name);
void unregister_chrdev_region(dev_t first, unsigned count);
int call_mmap(struct file *file, struct vm_area_struct *area);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);
int simple_open(struct inode *inode, struct file *file);
/* What is in the page cache of a file: no file has one. */
ssize_t generic_file_read_iter(struct kiocb *kiocb, struct iov_iter *to);
ssize_t generic_file_write_iter(struct kiocb *kiocb, struct iov_iter *from);
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos, const void *from, size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos, const void __user *from, size_t count);

/* Files that are one number: a pair of functions, and the format to show it in. */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *data, u64 *value),
                     int (*set)(void *data, u64 value), const char *format);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *to, size_t count, loff_t *pos);
ssize_t simple_attr_write(struct file *file, const char __user *from, size_t count, loff_t *pos);
ssize_t simple_attr_write_signed(struct file *file, const char __user *from, size_t count, loff_t *pos);

/* Who asked to be told when a file becomes ready. Nobody is there to be signalled: the list is kept
 * as a driver expects it, and kill_fasync() only walks it. */
struct fasync_struct {
    struct fasync_struct *fa_next;
    struct file *fa_file;
    int fa_fd;
};
/* 1 when somebody came or left, 0 when nothing changed; or -ENOMEM. */
int fasync_helper(int fd, struct file *file, int on, struct fasync_struct **list);
void kill_fasync(struct fasync_struct **list, int number, int band);
/* For kill_fasync(). */
#ifndef POLL_IN
enum { POLL_IN = 1, POLL_OUT, POLL_MSG, POLL_ERR, POLL_PRI, POLL_HUP };
#define POLL_IN POLL_IN
#define POLL_OUT POLL_OUT
#define POLL_MSG POLL_MSG
#define POLL_ERR POLL_ERR
#define POLL_PRI POLL_PRI
#define POLL_HUP POLL_HUP
#endif

/* Users. */
struct file *filp_open(const char *name, int flags, umode_t mode);
int filp_close(struct file *file, fl_owner_t id);
struct file *get_file(struct file *file);
void fput(struct file *file);
ssize_t kernel_read(struct file *file, void *to, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *from, size_t count, loff_t *pos);
ssize_t vfs_read(struct file *file, char __user *to, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *from, size_t count, loff_t *pos);
/* For files that have read_iter() or write_iter(). */
ssize_t vfs_iter_read(struct file *file, struct iov_iter *to, loff_t *pos, int flags);
ssize_t vfs_iter_write(struct file *file, struct iov_iter *from, loff_t *pos, int flags);
/* "/dev/NAME", at the end of the buffer as Linux leaves it. */
char *file_path(struct file *file, char *to, int length);
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
long vfs_ioctl(struct file *file, unsigned int command, unsigned long argument);
ASHLAR_END_C
static inline int register_chrdev(unsigned int major, const char *name, const struct file_operations *operations)
{
    return __register_chrdev(major, 0, 256, name, operations);
}
static inline void unregister_chrdev(unsigned int major, const char *name) { __unregister_chrdev(major, 0, 256, name); }
#define compat_ptr_ioctl NULL
#define ASHLAR_SIMPLE_ATTRIBUTE(name, get, set, format, write_function)   \
    static int name##_open(struct inode *inode, struct file *file)        \
    {                                                                     \
        return simple_attr_open(inode, file, get, set, format);           \
    }                                                                     \
    static const struct file_operations name = {.owner = THIS_MODULE,     \
                                                .llseek = no_llseek,      \
                                                .read = simple_attr_read, \
                                                .write = write_function,  \
                                                .open = name##_open,      \
                                                .release = simple_attr_release}
#define DEFINE_SIMPLE_ATTRIBUTE(name, get, set, format) \
    ASHLAR_SIMPLE_ATTRIBUTE(name, get, set, format, simple_attr_write)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(name, get, set, format) \
    ASHLAR_SIMPLE_ATTRIBUTE(name, get, set, format, simple_attr_write_signed)
#endif
#endif
