// What drivers use as operations of their files, and the list of who wants signals.

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

static DEFINE_SPINLOCK(fasync_lock);

int fasync_helper(int fd, struct file *file, int on, struct fasync_struct **list)
{
    struct fasync_struct *fresh = on ? kzalloc(sizeof(*fresh), GFP_KERNEL) : NULL, **at, *found;

    if (on && !fresh) return -ENOMEM;
    spin_lock(&fasync_lock);
    for (at = list; (found = *at) && found->fa_file != file; at = &found->fa_next) continue;
    if (found && on) {
        found->fa_fd = fd;
    } else if (found) {
        *at = found->fa_next;
    } else if (on) {
        *fresh = (struct fasync_struct){.fa_next = *list, .fa_file = file, .fa_fd = fd};
        *list = fresh;
        fresh = NULL;
    }
    spin_unlock(&fasync_lock);
    kfree(on ? fresh : found);
    return on ? !found : found != NULL;
}

void kill_fasync(struct fasync_struct **list, int number, int band)
{
    (void)list;
    (void)number;
    (void)band;
}

int nonseekable_open(struct inode *inode, struct file *file)
{
    (void)inode;
    file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
    return 0;
}

int stream_open(struct inode *inode, struct file *file)
{
    file->f_mode &= ~FMODE_ATOMIC_POS;
    return nonseekable_open(inode, file);
}

int simple_open(struct inode *inode, struct file *file)
{
    if (inode->i_private) file->private_data = inode->i_private;
    return 0;
}

ssize_t generic_file_read_iter(struct kiocb *kiocb, struct iov_iter *to)
{
    (void)kiocb;
    (void)to;
    return -EINVAL;
}
ssize_t generic_file_write_iter(struct kiocb *kiocb, struct iov_iter *from)
{
    (void)kiocb;
    (void)from;
    return -EINVAL;
}

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    return -ESPIPE;
}
loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
    (void)offset;
    (void)whence;
    return file->f_pos;
}

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
    if (whence == SEEK_CUR)
        offset += file->f_pos;
    else if (whence == SEEK_END)
        offset += size;
    else if (whence != SEEK_SET)
        return -EINVAL;
    if (offset < 0 || offset > size) return -EINVAL;
    return file->f_pos = offset;
}

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
    if (whence == SEEK_END) {
        offset += i_size_read(file_inode(file));
        whence = SEEK_SET;
    }
    return fixed_size_llseek(file, offset, whence, MAX_LFS_FILESIZE);
}

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
    return generic_file_llseek(file, offset, whence);
}

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos, const void *from, size_t available)
{
    size_t left;

    if (*pos < 0) return -EINVAL;
    if ((size_t)*pos >= available || !count) return 0;
    count = min(count, available - (size_t)*pos);
    left = copy_to_user(to, (const char *)from + *pos, count);
    if (left == count) return -EFAULT;
    *pos += (loff_t)(count - left);
    return (ssize_t)(count - left);
}

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos, const void __user *from, size_t count)
{
    size_t left;

    if (*pos < 0) return -EINVAL;
    if ((size_t)*pos >= available || !count) return 0;
    count = min(count, available - (size_t)*pos);
    left = copy_from_user((char *)to + *pos, from, count);
    if (left == count) return -EFAULT;
    *pos += (loff_t)(count - left);
    return (ssize_t)(count - left);
}
