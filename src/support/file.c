// Files: opened by name, read and written, closed. A name is one of a pseudo tree, or
// a device's below /dev. Every operation is one of pseudo_enter(), so that a removal
// can wait for it.

#include <ashlar/device.h>

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "chardev.h"
#include "pseudo.h"

struct operation {
    struct pseudo *node;
    const void *outer;
};
/* 0, or what an operation answers when its name is gone. */
static int begin(struct operation *operation, struct file *file)
{
    operation->node = pseudo_of(file->f_inode);
    operation->outer = current->ashlar_operation;
    if (!pseudo_enter(operation->node)) return operation->node->error_when_gone;
    current->ashlar_operation = operation->node;
    return 0;
}
/* A removed file of procfs answers to seek, ioctl and poll what one answers that never had them. */
static bool closed_with_its_name(struct file *file) { return pseudo_of(file->f_inode)->closes_files; }
static void end(const struct operation *operation)
{
    current->ashlar_operation = operation->outer;
    pseudo_leave(operation->node);
}

/* The answer of the driver's open() is the caller's; the node and its inode belong to the file. */
static struct file *open_node(struct pseudo *node, const char *name, int flags, struct miscdevice *misc)
{
    const struct file_operations *operations = node->inode.i_fop;
    struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
    struct operation operation;
    int error;

    if (!file) return ERR_PTR(-ENOMEM);
    file->f_op = operations;
    file->f_path.dentry = &node->dentry;
    file->f_inode = &node->inode;
    file->f_flags = (unsigned)flags;
    file->f_mode = FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
    if ((flags & O_ACCMODE) != O_WRONLY) file->f_mode |= FMODE_READ;
    if ((flags & O_ACCMODE) != O_RDONLY) file->f_mode |= FMODE_WRITE;
    /* A misc driver finds its device there, as Linux promises. */
    file->private_data = misc;
    file->f_cred = current_cred();
    atomic_long_set(&file->f_count, 1);
    mutex_init(&file->f_pos_lock);
    file->ashlar_name = kstrdup(name, GFP_KERNEL);
    INIT_LIST_HEAD(&file->ashlar_opened);
    error = begin(&operation, file) ? -ENOENT : 0;
    if (!error) {
        if (operations->open) error = operations->open(&node->inode, file);
        if (!error) pseudo_opened(node, file);
        end(&operation);
    }
    if (!error) return file;
    kfree(file->ashlar_name);
    kfree(file);
    return ERR_PTR(error);
}

struct file *filp_open(const char *name, int flags, umode_t mode)
{
    struct miscdevice *misc = NULL;
    struct pseudo *node = pseudo_open(name);
    struct file *file;

    (void)mode;
    if (node && S_ISDIR(node->inode.i_mode)) {
        pseudo_put(node);
        return ERR_PTR(-EISDIR);
    }
    if (!node) node = strstarts(name, "/dev/") ? chardev_node(name + 5, &misc) : ERR_PTR(-ENOENT);
    if (IS_ERR(node)) return ERR_CAST(node);
    file = open_node(node, name, flags, misc);
    if (IS_ERR(file)) pseudo_put(node);
    return file;
}

int filp_close(struct file *file, fl_owner_t id)
{
    int error = file->f_op->flush ? file->f_op->flush(file, id) : 0;

    fput(file);
    return error;
}

struct file *get_file(struct file *file)
{
    atomic_long_inc(&file->f_count);
    return file;
}

void fput(struct file *file)
{
    if (!atomic_long_dec_and_test(&file->f_count)) return;
    pseudo_release(pseudo_of(file->f_inode), file);
    pseudo_put(pseudo_of(file->f_inode));
    kfree(file->ashlar_name);
    kfree(file);
}

char *file_path(struct file *file, char *to, int length)
{
    size_t bytes = file->ashlar_name ? strlen(file->ashlar_name) + 1 : 0;

    if (!bytes) return ERR_PTR(-ENOENT);
    if (bytes > (size_t)length) return ERR_PTR(-ENAMETOOLONG);
    return memcpy(to + length - bytes, file->ashlar_name, bytes);
}

static ssize_t iterate(struct file *file, ssize_t (*call)(struct kiocb *, struct iov_iter *), struct iov_iter *i,
                       loff_t *pos)
{
    struct kiocb kiocb;
    ssize_t result;

    if (!call) return -EINVAL;
    init_sync_kiocb(&kiocb, file);
    kiocb.ki_pos = *pos;
    result = call(&kiocb, i);
    *pos = kiocb.ki_pos;
    return result;
}

static ssize_t iterate_operation(struct file *file, unsigned int mode,
                                 ssize_t (*call)(struct kiocb *, struct iov_iter *), struct iov_iter *i, loff_t *pos)
{
    struct operation operation;
    ssize_t result;

    if (!(file->f_mode & mode)) return -EBADF;
    result = begin(&operation, file);
    if (result) return result;
    result = iterate(file, call, i, pos);
    end(&operation);
    return result;
}

ssize_t vfs_iter_read(struct file *file, struct iov_iter *to, loff_t *pos, int flags)
{
    (void)flags;
    return iterate_operation(file, FMODE_READ, file->f_op->read_iter, to, pos);
}

ssize_t vfs_iter_write(struct file *file, struct iov_iter *from, loff_t *pos, int flags)
{
    (void)flags;
    return iterate_operation(file, FMODE_WRITE, file->f_op->write_iter, from, pos);
}

/* Who has only read_iter() or write_iter() gets the one buffer as an iterator. */
ssize_t vfs_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    struct operation operation;
    struct iov_iter iter;
    ssize_t result;

    if (!(file->f_mode & FMODE_READ)) return -EBADF;
    result = begin(&operation, file);
    if (result) return result;
    iov_iter_ubuf(&iter, ITER_DEST, to, count);
    result =
        file->f_op->read ? file->f_op->read(file, to, count, pos) : iterate(file, file->f_op->read_iter, &iter, pos);
    end(&operation);
    return result;
}

ssize_t vfs_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    struct operation operation;
    struct iov_iter iter;
    ssize_t result;

    if (!(file->f_mode & FMODE_WRITE)) return -EBADF;
    result = begin(&operation, file);
    if (result) return result;
    iov_iter_ubuf(&iter, ITER_SOURCE, (char __user *)from, count);
    result = file->f_op->write ? file->f_op->write(file, from, count, pos)
                               : iterate(file, file->f_op->write_iter, &iter, pos);
    end(&operation);
    return result;
}

/* One address space, but not one range: a driver's copy_to_user() refuses the allocators' memory, as
 * it should. While such a call runs, the caller's own buffer is its user's. */
ssize_t kernel_read(struct file *file, void *to, size_t count, loff_t *pos)
{
    struct ashlar_user_range before = ashlar_user_range(to, count);
    ssize_t result = vfs_read(file, to, count, pos);

    current->user_range = before;
    return result;
}

ssize_t kernel_write(struct file *file, const void *from, size_t count, loff_t *pos)
{
    struct ashlar_user_range before = ashlar_user_range(from, count);
    ssize_t result = vfs_write(file, from, count, pos);

    current->user_range = before;
    return result;
}

loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
    struct operation operation;
    loff_t result;

    if (!file->f_op->llseek || !(file->f_mode & FMODE_LSEEK)) return -ESPIPE;
    result = begin(&operation, file);
    if (result) return closed_with_its_name(file) ? -EINVAL : result;
    result = file->f_op->llseek(file, offset, whence);
    end(&operation);
    return result;
}

long vfs_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
    struct operation operation;
    long result;

    if (!file->f_op->unlocked_ioctl) return -ENOTTY;
    result = begin(&operation, file);
    if (result) return closed_with_its_name(file) ? -ENOTTY : result;
    result = file->f_op->unlocked_ioctl(file, command, argument);
    end(&operation);
    return result == -ENOIOCTLCMD ? -ENOTTY : result;
}

__poll_t vfs_poll(struct file *file, struct poll_table_struct *table)
{
    struct operation operation;
    __poll_t result;

    if (!file->f_op->poll) return DEFAULT_POLLMASK;
    if (begin(&operation, file))
        return closed_with_its_name(file) ? DEFAULT_POLLMASK : DEFAULT_POLLMASK | EPOLLERR | EPOLLPRI;
    result = file->f_op->poll(file, table);
    end(&operation);
    return result;
}

int call_mmap(struct file *file, struct vm_area_struct *area)
{
    struct operation operation;
    int result = begin(&operation, file);

    if (result) return result;
    result = file->f_op->mmap(file, area);
    end(&operation);
    return result;
}

/* ---- ashlar/device.h: the same for programs that see no kernel header ------------------------- */

int ashlar_device_open(const char *name, int flags, struct file **file)
{
    char path[160];
    struct file *opened;

    snprintf(path, sizeof(path), "%s%s", *name == '/' ? "" : "/dev/", name);
    opened = filp_open(path, flags, 0);
    if (IS_ERR(opened)) return (int)PTR_ERR(opened);
    *file = opened;
    return 0;
}

int ashlar_device_close(struct file *file) { return filp_close(file, NULL); }
long ashlar_device_read(struct file *file, void *to, size_t size) { return vfs_read(file, to, size, &file->f_pos); }
long ashlar_device_write(struct file *file, const void *from, size_t size)
{
    return vfs_write(file, from, size, &file->f_pos);
}
long ashlar_device_seek(struct file *file, long offset, int whence) { return vfs_llseek(file, offset, whence); }
long ashlar_device_ioctl(struct file *file, unsigned command, unsigned long argument)
{
    return vfs_ioctl(file, command, argument);
}
