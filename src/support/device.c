// The driver core: devices and their classes.

#include <linux/device.h>
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock);
static LIST_HEAD(devices);

/* ---- devices --------------------------------------------------------------------------------- */

static void release_device(struct kobject *kobj)
{
    struct device *device = kobj_to_dev(kobj);

    devres_release_all(device);
    if (device->release)
        device->release(device);
    else if (device->class && device->class->dev_release)
        device->class->dev_release(device);
    else
        WARN(1, "Device '%s' does not have a release() function, it is broken and must be fixed.", dev_name(device));
}
static ssize_t show_attribute(struct kobject *kobj, struct attribute *attribute, char *to)
{
    struct device_attribute *own = container_of(attribute, struct device_attribute, attr);
    return own->show ? own->show(kobj_to_dev(kobj), own, to) : -EIO;
}
static ssize_t store_attribute(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count)
{
    struct device_attribute *own = container_of(attribute, struct device_attribute, attr);
    return own->store ? own->store(kobj_to_dev(kobj), own, from, count) : -EIO;
}
static const struct sysfs_ops device_operations = {.show = show_attribute, .store = store_attribute};

/* Devices of no class have no subsystem, and no events. */
static const char *subsystem_of(struct kobject *kobj)
{
    struct device *device = kobj_to_dev(kobj);
    return device->class ? device->class->name : NULL;
}
static int add_to_event(struct kobject *kobj, struct kobj_uevent_env *env)
{
    struct device *device = kobj_to_dev(kobj);
    int error = 0;

    if (device->devt) {
        error = add_uevent_var(env, "MAJOR=%u", MAJOR(device->devt));
        if (!error) error = add_uevent_var(env, "MINOR=%u", MINOR(device->devt));
        if (!error) error = add_uevent_var(env, "DEVNAME=%s", dev_name(device));
    }
    if (!error && device->driver) error = add_uevent_var(env, "DRIVER=%s", device->driver->name);
    if (!error && device->class->dev_uevent) error = device->class->dev_uevent(device, env);
    return error;
}
static const struct kobj_type device_type = {.release = release_device,
                                             .sysfs_ops = &device_operations,
                                             .ashlar_subsystem = subsystem_of,
                                             .ashlar_uevent = add_to_event};

static struct kobject *folder_above(struct device *device)
{
    if (device->class && device->class->ashlar_folder) return device->class->ashlar_folder;
    return device->parent ? &device->parent->kobj : ashlar_devices_kobj;
}

void device_initialize(struct device *device)
{
    kobject_init(&device->kobj, &device_type);
    INIT_LIST_HEAD(&device->dma_pools);
    if (!device->devres_head.next) INIT_LIST_HEAD(&device->devres_head);
    INIT_LIST_HEAD(&device->ashlar_list);
    mutex_init(&device->mutex);
}

int dev_set_name(struct device *device, const char *format, ...)
{
    va_list arguments;
    int error;

    va_start(arguments, format);
    error = kobject_set_name_vargs(&device->kobj, format, arguments);
    va_end(arguments);
    return error;
}

int device_add(struct device *device)
{
    int error;

    if (device->init_name) {
        error = dev_set_name(device, "%s", device->init_name);
        if (error) return error;
        device->init_name = NULL;
    }
    if (!device->kobj.name) return -EINVAL;
    get_device(device);
    error = ashlar_kobject_add_named(&device->kobj, folder_above(device));
    if (!error && device->class) error = sysfs_create_groups(&device->kobj, device->class->dev_groups);
    if (!error) error = sysfs_create_groups(&device->kobj, device->groups);
    if (error) {
        kobject_del(&device->kobj);
        put_device(device);
        return error;
    }
    mutex_lock(&lock);
    list_add_tail(&device->ashlar_list, &devices);
    mutex_unlock(&lock);
    kobject_uevent(&device->kobj, KOBJ_ADD);
    return 0;
}

int device_register(struct device *device)
{
    device_initialize(device);
    return device_add(device);
}

void device_del(struct device *device)
{
    mutex_lock(&lock);
    list_del_init(&device->ashlar_list);
    mutex_unlock(&lock);
    devres_release_all(device);
    kobject_uevent(&device->kobj, KOBJ_REMOVE);
    kobject_del(&device->kobj);
    put_device(device);
}

void device_unregister(struct device *device)
{
    device_del(device);
    put_device(device);
}

struct device *get_device(struct device *device) { return device ? kobj_to_dev(kobject_get(&device->kobj)) : NULL; }

void put_device(struct device *device)
{
    if (device) kobject_put(&device->kobj);
}

static void free_device(struct device *device) { kfree(device); }

struct device *__root_device_register(const char *name, struct module *owner)
{
    struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);
    int error;

    (void)owner;
    if (!device) return ERR_PTR(-ENOMEM);
    device_initialize(device);
    device->release = free_device;
    error = dev_set_name(device, "%s", name);
    if (!error) error = device_add(device);
    if (!error) return device;
    put_device(device);
    return ERR_PTR(error);
}

void root_device_unregister(struct device *device) { device_unregister(device); }

/* The number of the device with this name; 0 when there is none. For linux/fs.h's filp_open(). */
dev_t ashlar_device_number(const char *name);
dev_t ashlar_device_number(const char *name)
{
    struct device *device;
    dev_t number = 0;

    mutex_lock(&lock);
    list_for_each_entry(device, &devices, ashlar_list) if (device->devt && strcmp(dev_name(device), name) == 0) number =
        device->devt;
    mutex_unlock(&lock);
    return number;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* A class is a folder below /sys/class, its devices are inside. */
struct class_folder {
    struct kobject kobj;
    struct class *class;
};

struct class *ashlar_class_create(struct module *owner, const char *name)
{
    struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);
    int error;

    if (!class) return ERR_PTR(-ENOMEM);
    class->name = name;
    class->owner = owner;
    class->ashlar_ours = true;
    error = class_register(class);
    if (!error) return class;
    kfree(class);
    return ERR_PTR(error);
}

static ssize_t show_of_class(struct kobject *kobj, struct attribute *attribute, char *to)
{
    struct class_attribute *own = container_of(attribute, struct class_attribute, attr);
    struct class_folder *folder = container_of(kobj, struct class_folder, kobj);
    return own->show ? own->show(folder->class, own, to) : -EIO;
}
static ssize_t store_of_class(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count)
{
    struct class_attribute *own = container_of(attribute, struct class_attribute, attr);
    struct class_folder *folder = container_of(kobj, struct class_folder, kobj);
    return own->store ? own->store(folder->class, own, from, count) : -EIO;
}
static void release_class(struct kobject *kobj) { kfree(container_of(kobj, struct class_folder, kobj)); }
static const struct sysfs_ops class_operations = {.show = show_of_class, .store = store_of_class};
static const struct kobj_type class_type = {.release = release_class, .sysfs_ops = &class_operations};

int class_register(struct class *class)
{
    struct class_folder *folder;
    int error;

    if (!class->name) return -EINVAL;
    folder = kzalloc(sizeof(*folder), GFP_KERNEL);
    if (!folder) return -ENOMEM;
    folder->class = class;
    error = kobject_init_and_add(&folder->kobj, &class_type, ashlar_class_kobj, "%s", class->name);
    if (!error) error = sysfs_create_groups(&folder->kobj, class->class_groups);
    if (error) {
        kobject_put(&folder->kobj);
        return error;
    }
    class->ashlar_folder = &folder->kobj;
    return 0;
}

int class_create_file(struct class *class, const struct class_attribute *attribute)
{
    return class->ashlar_folder ? sysfs_create_file(class->ashlar_folder, &attribute->attr) : -EINVAL;
}
void class_remove_file(struct class *class, const struct class_attribute *attribute)
{
    if (class->ashlar_folder) sysfs_remove_file(class->ashlar_folder, &attribute->attr);
}

void class_unregister(struct class *class)
{
    struct kobject *folder = class->ashlar_folder;

    class->ashlar_folder = NULL;
    if (folder) {
        kobject_del(folder);
        kobject_put(folder);
    }
    if (class->class_release) class->class_release(class);
}

void class_destroy(struct class *class)
{
    if (IS_ERR_OR_NULL(class)) return;
    class_unregister(class);
    if (class->ashlar_ours) kfree(class);
}

static struct device *create(struct class *class, struct device *parent, dev_t number, void *data,
                             const struct attribute_group **groups, const char *format, va_list arguments)
{
    struct device *device;
    int error;

    if (IS_ERR_OR_NULL(class)) return ERR_PTR(-ENODEV);
    device = kzalloc(sizeof(*device), GFP_KERNEL);
    if (!device) return ERR_PTR(-ENOMEM);
    device_initialize(device);
    device->devt = number;
    device->class = class;
    device->parent = parent;
    device->groups = groups;
    device->release = free_device;
    dev_set_drvdata(device, data);
    error = kobject_set_name_vargs(&device->kobj, format, arguments);
    if (!error) error = device_add(device);
    if (error) {
        put_device(device);
        return ERR_PTR(error);
    }
    return device;
}

struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t number, void *data,
                                         const struct attribute_group **groups, const char *format, ...)
{
    struct device *device;
    va_list arguments;

    va_start(arguments, format);
    device = create(class, parent, number, data, groups, format, arguments);
    va_end(arguments);
    return device;
}

struct device *device_create(struct class *class, struct device *parent, dev_t number, void *data, const char *format,
                             ...)
{
    struct device *device;
    va_list arguments;

    va_start(arguments, format);
    device = create(class, parent, number, data, NULL, format, arguments);
    va_end(arguments);
    return device;
}

struct device *class_find_device(struct class *class, struct device *start, const void *wanted,
                                 int (*match)(struct device *device, const void *wanted))
{
    struct device *device, *found = NULL;
    bool after = !start;

    mutex_lock(&lock);
    list_for_each_entry(device, &devices, ashlar_list)
    {
        if (device->class != class || found) continue;
        if (after && match(device, wanted)) found = get_device(device);
        after |= device == start;
    }
    mutex_unlock(&lock);
    return found;
}

void device_destroy(struct class *class, dev_t number)
{
    struct device *device, *found = NULL;

    mutex_lock(&lock);
    list_for_each_entry(device, &devices, ashlar_list) if (device->class == class && device->devt == number) found =
        device;
    mutex_unlock(&lock);
    if (found) device_unregister(found);
}
