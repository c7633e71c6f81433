// Character devices and files on them. Drivers register ranges of numbers with
// their operations; names come from register_chrdev, misc_register and
// device_create. filp_open() finds a name and opens what has its number.

#include <ashlar/device.h>

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "pseudo.h"

/* A range of numbers that somebody owns. */
struct region {
    struct list_head list;
    dev_t first;
    unsigned count;
    struct cdev *cdev; /* of register_chrdev, which owns it */
    char name[64];
};
static DEFINE_MUTEX(lock);
static LIST_HEAD(regions);
static LIST_HEAD(cdevs);
static LIST_HEAD(miscs);

/* Majors that Linux gives out dynamically, from the top. */
#define DYNAMIC_MAJOR_LAST 254
#define DYNAMIC_MAJOR_FIRST 234

static bool taken(dev_t first, unsigned count)
{
    struct region *region;

    list_for_each_entry(region, &regions,
                        list) if (first < region->first + region->count && region->first < first + count) return true;
    return false;
}

/* With the lock held. `first` with major 0 asks for any. */
static struct region *claim(dev_t first, unsigned count, const char *name)
{
    struct region *region;
    unsigned major = MAJOR(first);

    if (!count || MINOR(first) + count > MINORMASK + 1) return ERR_PTR(-EINVAL);
    if (!major) {
        for (major = DYNAMIC_MAJOR_LAST; major >= DYNAMIC_MAJOR_FIRST; major--)
            if (!taken(MKDEV(major, 0), MINORMASK)) break;
        if (major < DYNAMIC_MAJOR_FIRST) return ERR_PTR(-EBUSY);
        first = MKDEV(major, MINOR(first));
    } else if (taken(first, count)) {
        return ERR_PTR(-EBUSY);
    }
    region = kzalloc(sizeof(*region), GFP_KERNEL);
    if (!region) return ERR_PTR(-ENOMEM);
    region->first = first;
    region->count = count;
    strscpy(region->name, name, sizeof(region->name));
    list_add(&region->list, &regions);
    return region;
}

static struct region *find_region(dev_t first, unsigned count)
{
    struct region *region;

    list_for_each_entry(region, &regions, list) if (region->first == first && region->count == count) return region;
    return NULL;
}

int register_chrdev_region(dev_t first, unsigned count, const char *name)
{
    struct region *region;

    mutex_lock(&lock);
    region = claim(first, count, name);
    mutex_unlock(&lock);
    return PTR_ERR_OR_ZERO(region);
}

int alloc_chrdev_region(dev_t *first, unsigned minor, unsigned count, const char *name)
{
    struct region *region;

    mutex_lock(&lock);
    region = claim(MKDEV(0, minor), count, name);
    mutex_unlock(&lock);
    if (IS_ERR(region)) return (int)PTR_ERR(region);
    *first = region->first;
    return 0;
}

void unregister_chrdev_region(dev_t first, unsigned count)
{
    struct region *region;

    mutex_lock(&lock);
    region = find_region(first, count);
    if (region) list_del(&region->list);
    mutex_unlock(&lock);
    kfree(region);
}

/* ---- cdev ------------------------------------------------------------------------------------ */

static void release_static(struct kobject *kobj) { (void)kobj; }
static void release_dynamic(struct kobject *kobj) { kfree(container_of(kobj, struct cdev, kobj)); }
static const struct kobj_type static_type = {.release = release_static};
static const struct kobj_type dynamic_type = {.release = release_dynamic};

void cdev_init(struct cdev *cdev, const struct file_operations *operations)
{
    memset(cdev, 0, sizeof(*cdev));
    INIT_LIST_HEAD(&cdev->list);
    kobject_init(&cdev->kobj, &static_type);
    cdev->ops = operations;
}

struct cdev *cdev_alloc(void)
{
    struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

    if (!cdev) return NULL;
    INIT_LIST_HEAD(&cdev->list);
    kobject_init(&cdev->kobj, &dynamic_type);
    return cdev;
}

int cdev_add(struct cdev *cdev, dev_t first, unsigned count)
{
    cdev->dev = first;
    cdev->count = count;
    mutex_lock(&lock);
    list_add(&cdev->list, &cdevs);
    mutex_unlock(&lock);
    return 0;
}

void cdev_del(struct cdev *cdev)
{
    mutex_lock(&lock);
    list_del_init(&cdev->list);
    mutex_unlock(&lock);
    kobject_put(&cdev->kobj);
}

int cdev_device_add(struct cdev *cdev, struct device *device)
{
    int error = device->devt ? cdev_add(cdev, device->devt, 1) : 0;

    if (error) return error;
    error = device_add(device);
    if (error && device->devt) cdev_del(cdev);
    return error;
}

void cdev_device_del(struct cdev *cdev, struct device *device)
{
    device_del(device);
    if (device->devt) cdev_del(cdev);
}

int __register_chrdev(unsigned int major, unsigned int first, unsigned int count, const char *name,
                      const struct file_operations *operations)
{
    struct cdev *cdev = cdev_alloc();
    struct region *region;

    if (!cdev) return -ENOMEM;
    cdev->owner = operations->owner;
    cdev->ops = operations;
    mutex_lock(&lock);
    region = claim(MKDEV(major, first), count, name);
    if (!IS_ERR(region)) region->cdev = cdev;
    mutex_unlock(&lock);
    if (IS_ERR(region)) {
        kobject_put(&cdev->kobj);
        return (int)PTR_ERR(region);
    }
    cdev_add(cdev, region->first, count);
    return major ? 0 : (int)MAJOR(region->first);
}

void __unregister_chrdev(unsigned int major, unsigned int first, unsigned int count, const char *name)
{
    struct region *region;

    (void)name;
    mutex_lock(&lock);
    region = find_region(MKDEV(major, first), count);
    mutex_unlock(&lock);
    if (region && region->cdev) cdev_del(region->cdev);
    unregister_chrdev_region(MKDEV(major, first), count);
}

/* ---- misc ------------------------------------------------------------------------------------ */

/* Of misc devices; it is there while there are any. */
static struct class misc_class = {.name = "misc"};

int misc_register(struct miscdevice *misc)
{
    struct miscdevice *other;
    int next = 0, error = 0;

    mutex_lock(&lock);
    list_for_each_entry(other, &miscs, list)
    {
        if (misc->minor != MISC_DYNAMIC_MINOR && other->minor == misc->minor) error = -EBUSY;
        if (strcmp(other->name, misc->name) == 0) error = -EEXIST;
        if (other->minor >= MISC_DYNAMIC_MINOR && other->minor > next) next = other->minor;
    }
    if (!error) {
        if (misc->minor == MISC_DYNAMIC_MINOR) misc->minor = max(next, MISC_DYNAMIC_MINOR) + 1;
        list_add(&misc->list, &miscs);
        if (!misc_class.ashlar_folder) error = class_register(&misc_class);
        if (error) list_del(&misc->list);
    }
    mutex_unlock(&lock);
    if (error) return error;
    misc->this_device = device_create_with_groups(&misc_class, misc->parent, MKDEV(MISC_MAJOR, (unsigned)misc->minor),
                                                  misc, misc->groups, "%s", misc->name);
    if (!IS_ERR(misc->this_device)) return 0;
    error = (int)PTR_ERR(misc->this_device);
    misc->this_device = NULL;
    misc_deregister(misc);
    return error;
}

void misc_deregister(struct miscdevice *misc)
{
    if (misc->this_device) device_unregister(misc->this_device);
    misc->this_device = NULL;
    mutex_lock(&lock);
    list_del(&misc->list);
    if (list_empty(&miscs)) class_unregister(&misc_class);
    mutex_unlock(&lock);
}

/* ---- opening --------------------------------------------------------------------------------- */

dev_t ashlar_device_number(const char *name);

/* What a name leads to: operations, and what the driver's open() will look at. */
static const struct file_operations *look_up(const char *name, dev_t *number, struct cdev **cdev,
                                             struct miscdevice **misc)
{
    const struct file_operations *found = NULL;
    struct region *region;

    *misc = NULL;
    *cdev = NULL;
    *number = ashlar_device_number(name);
    mutex_lock(&lock);
    list_for_each_entry(*misc, &miscs,
                        list) if (strcmp((*misc)->nodename ? (*misc)->nodename : (*misc)->name, name) == 0)
    {
        *number = MKDEV(MISC_MAJOR, (unsigned)(*misc)->minor);
        found = (*misc)->fops;
        break;
    }
    if (!found) *misc = NULL;
    if (!found && !*number)
        list_for_each_entry(region, &regions, list) if (strcmp(region->name, name) == 0) *number = region->first;
    if (!found && *number) {
        list_for_each_entry(*cdev, &cdevs, list) if (*number >= (*cdev)->dev && *number < (*cdev)->dev + (*cdev)->count)
        {
            found = (*cdev)->ops;
            break;
        }
        if (!found) *cdev = NULL;
    }
    mutex_unlock(&lock);
    return found;
}

/* The answer of the driver's open() is the caller's; the node and its inode belong to the file. */
static struct file *open_node(struct pseudo *node, const char *name, int flags, struct miscdevice *misc)
{
    const struct file_operations *operations = node->inode.i_fop;
    struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
    int error = 0;

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
    if (operations->open) error = operations->open(&node->inode, file);
    if (!error) return file;
    kfree(file->ashlar_name);
    kfree(file);
    return ERR_PTR(error);
}

struct file *filp_open(const char *name, int flags, umode_t mode)
{
    const struct file_operations *operations;
    struct miscdevice *misc = NULL;
    struct pseudo *node = pseudo_open(name);
    struct cdev *cdev;
    struct file *file;
    dev_t number;

    (void)mode;
    if (node && S_ISDIR(node->inode.i_mode)) {
        pseudo_put(node);
        return ERR_PTR(-EISDIR);
    }
    if (!node) {
        if (!strstarts(name, "/dev/")) return ERR_PTR(-ENOENT);
        operations = look_up(name + 5, &number, &cdev, &misc);
        if (!operations) return ERR_PTR(number ? -ENXIO : -ENOENT);
        node = pseudo_alone(name + 5, S_IFCHR | 0600);
        if (!node) return ERR_PTR(-ENOMEM);
        node->inode.i_rdev = number;
        node->inode.i_cdev = cdev;
        node->inode.i_fop = operations;
    }
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
    if (file->f_op->release) file->f_op->release(file->f_inode, file);
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

ssize_t vfs_iter_read(struct file *file, struct iov_iter *to, loff_t *pos, int flags)
{
    (void)flags;
    return file->f_mode & FMODE_READ ? iterate(file, file->f_op->read_iter, to, pos) : -EBADF;
}

ssize_t vfs_iter_write(struct file *file, struct iov_iter *from, loff_t *pos, int flags)
{
    (void)flags;
    return file->f_mode & FMODE_WRITE ? iterate(file, file->f_op->write_iter, from, pos) : -EBADF;
}

/* Who has only read_iter() or write_iter() gets the one buffer as an iterator. */
ssize_t vfs_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    struct iov_iter iter;

    if (!(file->f_mode & FMODE_READ)) return -EBADF;
    if (file->f_op->read) return file->f_op->read(file, to, count, pos);
    iov_iter_ubuf(&iter, ITER_DEST, to, count);
    return vfs_iter_read(file, &iter, pos, 0);
}

ssize_t vfs_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    struct iov_iter iter;

    if (!(file->f_mode & FMODE_WRITE)) return -EBADF;
    if (file->f_op->write) return file->f_op->write(file, from, count, pos);
    iov_iter_ubuf(&iter, ITER_SOURCE, (char __user *)from, count);
    return vfs_iter_write(file, &iter, pos, 0);
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
    return file->f_op->llseek && (file->f_mode & FMODE_LSEEK) ? file->f_op->llseek(file, offset, whence) : -ESPIPE;
}

long vfs_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
    long result = file->f_op->unlocked_ioctl ? file->f_op->unlocked_ioctl(file, command, argument) : -ENOTTY;
    return result == -ENOIOCTLCMD ? -ENOTTY : result;
}

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

/* ---- what drivers use as operations ---------------------------------------------------------- */

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
