// Devices: they come into the tree, to their bus and its drivers, and leave all of them again.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/slab.h>
#include <linux/string.h>

static void get_listed(struct klist_node *node) { get_device(ashlar_device_of_all(node)); }
static void put_listed(struct klist_node *node) { put_device(ashlar_device_of_all(node)); }
DEFINE_KLIST(ashlar_devices, get_listed, put_listed);

/* ---- devices --------------------------------------------------------------------------------- */

static void release_device(struct kobject *kobj)
{
    struct device *device = kobj_to_dev(kobj);

    devres_release_all(device);
    if (device->release)
        device->release(device);
    else if (device->type && device->type->release)
        device->type->release(device);
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

/* Devices of no bus and no class have no subsystem, and no events. */
static const char *subsystem_of(struct kobject *kobj)
{
    struct device *device = kobj_to_dev(kobj);

    if (device->bus) return device->bus->name;
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
    if (!error && device->type && device->type->name) error = add_uevent_var(env, "DEVTYPE=%s", device->type->name);
    if (!error && device->driver) error = add_uevent_var(env, "DRIVER=%s", device->driver->name);
    if (!error && device->bus && device->bus->uevent) error = device->bus->uevent(device, env);
    if (!error && device->class && device->class->dev_uevent) error = device->class->dev_uevent(device, env);
    if (!error && device->type && device->type->uevent) error = device->type->uevent(device, env);
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
    INIT_LIST_HEAD(&device->ashlar_deferred);
    device->ashlar_dead = false;
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

static int name_it(struct device *device)
{
    int error = 0;

    if (device->init_name) {
        error = dev_set_name(device, "%s", device->init_name);
        if (!error) device->init_name = NULL;
    } else if (!device->kobj.name && device->bus && device->bus->dev_name) {
        error = dev_set_name(device, "%s%u", device->bus->dev_name, device->id);
    }
    if (error) return error;
    return device->kobj.name ? 0 : -EINVAL;
}

static int add_attributes(struct device *device)
{
    int error = device->class ? sysfs_create_groups(&device->kobj, device->class->dev_groups) : 0;

    if (!error && device->type) error = sysfs_create_groups(&device->kobj, device->type->groups);
    return error ? error : sysfs_create_groups(&device->kobj, device->groups);
}

int device_add(struct device *device)
{
    int error = name_it(device);

    if (error) return error;
    get_device(device);
    error = ashlar_kobject_add_named(&device->kobj, folder_above(device));
    if (!error) error = add_attributes(device);
    if (!error) error = ashlar_bus_add_device(device);
    if (error) {
        kobject_del(&device->kobj);
        put_device(device);
        return error;
    }
    klist_add_tail(&device->ashlar_in_all, &ashlar_devices);
    ashlar_bus_notify(device, BUS_NOTIFY_ADD_DEVICE);
    kobject_uevent(&device->kobj, KOBJ_ADD);
    ashlar_bus_probe_device(device);
    return 0;
}

int device_register(struct device *device)
{
    device_initialize(device);
    return device_add(device);
}

void device_del(struct device *device)
{
    device_lock(device);
    device->ashlar_dead = true;
    device_unlock(device);
    ashlar_bus_notify(device, BUS_NOTIFY_DEL_DEVICE);
    klist_del(&device->ashlar_in_all);
    ashlar_bus_remove_device(device);
    ashlar_forget_deferred(device);
    ashlar_bus_notify(device, BUS_NOTIFY_REMOVED_DEVICE);
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

void ashlar_free_device(struct device *device) { kfree(device); }

struct device *__root_device_register(const char *name, struct module *owner)
{
    struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);
    int error;

    (void)owner;
    if (!device) return ERR_PTR(-ENOMEM);
    device_initialize(device);
    device->release = ashlar_free_device;
    error = dev_set_name(device, "%s", name);
    if (!error) error = device_add(device);
    if (!error) return device;
    put_device(device);
    return ERR_PTR(error);
}

void root_device_unregister(struct device *device) { device_unregister(device); }

/* ---- finding them ---------------------------------------------------------------------------- */

/* A class may give its devices other names, such as in a folder. */
static bool is_below_dev(struct device *device, const char *name)
{
    umode_t mode = 0;
    char *other = device->class && device->class->devnode ? device->class->devnode(device, &mode) : NULL;
    bool same = strcmp(other ? other : dev_name(device), name) == 0;

    kfree(other);
    return same;
}

/* The number of the device with this name; 0 when there is none. For linux/fs.h's filp_open(). */
dev_t ashlar_device_number(const char *name);
dev_t ashlar_device_number(const char *name)
{
    struct klist_iter iter;
    struct device *device;
    dev_t number = 0;

    klist_iter_init(&ashlar_devices, &iter);
    while (!number && (device = ashlar_device_of_all(klist_next(&iter))) != NULL)
        if (device->devt && is_below_dev(device, name)) number = device->devt;
    klist_iter_exit(&iter);
    return number;
}

int device_for_each_child(struct device *parent, void *data, int (*call)(struct device *device, void *data))
{
    struct klist_iter iter;
    struct device *device;
    int result = 0;

    klist_iter_init(&ashlar_devices, &iter);
    while (!result && (device = ashlar_device_of_all(klist_next(&iter))) != NULL)
        if (device->parent == parent) result = call(device, data);
    klist_iter_exit(&iter);
    return result;
}

struct device *device_find_child(struct device *parent, void *data, int (*match)(struct device *device, void *data))
{
    struct klist_iter iter;
    struct device *device;

    if (!parent) return NULL;
    klist_iter_init(&ashlar_devices, &iter);
    do device = ashlar_device_of_all(klist_next(&iter));
    while (device && (device->parent != parent || !match(device, data)));
    get_device(device);
    klist_iter_exit(&iter);
    return device;
}

static int has_name(struct device *device, void *name) { return device_match_name(device, name); }
struct device *device_find_child_by_name(struct device *parent, const char *name)
{
    return device_find_child(parent, (void *)name, has_name);
}
