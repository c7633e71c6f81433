// Character devices. Drivers register ranges of numbers with their operations;
// names come from register_chrdev, misc_register and device_create.

#include "chardev.h"

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

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

struct pseudo *chardev_node(const char *name, struct miscdevice **misc)
{
    const struct file_operations *operations;
    struct pseudo *node;
    struct cdev *cdev;
    dev_t number;

    operations = look_up(name, &number, &cdev, misc);
    if (!operations) return ERR_PTR(number ? -ENXIO : -ENOENT);
    node = pseudo_alone(name, S_IFCHR | 0600);
    if (!node) return ERR_PTR(-ENOMEM);
    node->inode.i_rdev = number;
    node->inode.i_cdev = cdev;
    node->inode.i_fop = operations;
    return node;
}
