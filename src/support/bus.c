// Buses: the lists of their devices and drivers, and their folders below /sys/bus:
//   devices/, a link for every device; drivers/, a folder for every driver;
//   drivers_autoprobe and drivers_probe.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

/* ---- attributes ------------------------------------------------------------------------------ */

static struct subsys_private *private_of(struct kobject *kobj)
{
    return container_of(to_kset(kobj), struct subsys_private, subsys);
}
static ssize_t show_of_bus(struct kobject *kobj, struct attribute *attribute, char *to)
{
    struct bus_attribute *own = container_of(attribute, struct bus_attribute, attr);
    return own->show ? own->show(private_of(kobj)->bus, to) : -EIO;
}
static ssize_t store_of_bus(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count)
{
    struct bus_attribute *own = container_of(attribute, struct bus_attribute, attr);
    return own->store ? own->store(private_of(kobj)->bus, from, count) : -EIO;
}
static void release_bus(struct kobject *kobj)
{
    struct subsys_private *private = private_of(kobj);

    private->bus->p = NULL;
    kfree(private);
}
static const struct sysfs_ops bus_operations = {.show = show_of_bus, .store = store_of_bus};
static const struct kobj_type bus_type = {.release = release_bus, .sysfs_ops = &bus_operations};

static ssize_t drivers_autoprobe_show(struct bus_type *bus, char *to)
{
    return sysfs_emit(to, "%d\n", bus->p->autoprobe);
}
static ssize_t drivers_autoprobe_store(struct bus_type *bus, const char *from, size_t count)
{
    bus->p->autoprobe = *from != '0';
    return (ssize_t)count;
}
static BUS_ATTR_RW(drivers_autoprobe);

static int rescan(struct device *device, void *unused)
{
    int result = 0;

    (void)unused;
    if (device->driver) return 0;
    if (device->parent && device->bus->need_parent_lock) device_lock(device->parent);
    result = device_attach(device);
    if (device->parent && device->bus->need_parent_lock) device_unlock(device->parent);
    return result < 0 ? result : 0;
}
static ssize_t drivers_probe_store(struct bus_type *bus, const char *from, size_t count)
{
    struct device *device = bus_find_device_by_name(bus, NULL, from);
    int error;

    if (!device) return -ENODEV;
    error = rescan(device, NULL);
    put_device(device);
    return error ? error : (ssize_t)count;
}
static BUS_ATTR_WO(drivers_probe);

int bus_create_file(struct bus_type *bus, struct bus_attribute *attribute)
{
    return bus->p ? sysfs_create_file(&bus->p->subsys.kobj, &attribute->attr) : -EINVAL;
}
void bus_remove_file(struct bus_type *bus, struct bus_attribute *attribute)
{
    if (bus->p) sysfs_remove_file(&bus->p->subsys.kobj, &attribute->attr);
}

/* ---- walking --------------------------------------------------------------------------------- */

static struct device *device_of(struct klist_node *node)
{
    return node ? container_of(node, struct device, ashlar_in_bus) : NULL;
}
static void get_listed(struct klist_node *node) { get_device(device_of(node)); }
static void put_listed(struct klist_node *node) { put_device(device_of(node)); }

int bus_for_each_dev(struct bus_type *bus, struct device *start, void *data,
                     int (*call)(struct device *device, void *data))
{
    struct klist_iter iter;
    struct device *device;
    int result = 0;

    if (!bus || !bus->p) return -EINVAL;
    klist_iter_init_node(&bus->p->klist_devices, &iter, start ? &start->ashlar_in_bus : NULL);
    while (!result && (device = device_of(klist_next(&iter))) != NULL) result = call(device, data);
    klist_iter_exit(&iter);
    return result;
}

struct device *bus_find_device(struct bus_type *bus, struct device *start, const void *wanted,
                               int (*match)(struct device *device, const void *wanted))
{
    struct klist_iter iter;
    struct device *device;

    if (!bus || !bus->p) return NULL;
    klist_iter_init_node(&bus->p->klist_devices, &iter, start ? &start->ashlar_in_bus : NULL);
    do device = device_of(klist_next(&iter));
    while (device && !match(device, wanted));
    get_device(device);
    klist_iter_exit(&iter);
    return device;
}

int bus_for_each_drv(struct bus_type *bus, struct device_driver *start, void *data,
                     int (*call)(struct device_driver *driver, void *data))
{
    struct klist_iter iter;
    struct klist_node *node;
    int result = 0;

    if (!bus || !bus->p) return -EINVAL;
    klist_iter_init_node(&bus->p->klist_drivers, &iter, start ? &start->p->knode_bus : NULL);
    while (!result && (node = klist_next(&iter)) != NULL)
        result = call(container_of(node, struct driver_private, knode_bus)->driver, data);
    klist_iter_exit(&iter);
    return result;
}

int bus_rescan_devices(struct bus_type *bus) { return bus_for_each_dev(bus, NULL, NULL, rescan); }

int device_match_name(struct device *device, const void *name) { return sysfs_streq(dev_name(device), name); }
int device_match_devt(struct device *device, const void *number) { return device->devt == *(const dev_t *)number; }
int device_match_any(struct device *device, const void *unused)
{
    (void)unused;
    return device != NULL;
}

struct kset *bus_get_kset(struct bus_type *bus) { return bus->p ? &bus->p->subsys : NULL; }

/* ---- notifiers ------------------------------------------------------------------------------- */

int bus_register_notifier(struct bus_type *bus, struct notifier_block *block)
{
    return blocking_notifier_chain_register(&bus->ashlar_notifier, block);
}
int bus_unregister_notifier(struct bus_type *bus, struct notifier_block *block)
{
    return blocking_notifier_chain_unregister(&bus->ashlar_notifier, block);
}
void ashlar_bus_notify(struct device *device, enum bus_notifier_event event)
{
    if (device->bus) blocking_notifier_call_chain(&device->bus->ashlar_notifier, event, device);
}

/* ---- buses ----------------------------------------------------------------------------------- */

static int fill(struct bus_type *bus)
{
    struct kobject *folder = &bus->p->subsys.kobj;
    int error;

    bus->p->devices = kset_create_and_add("devices", NULL, folder);
    bus->p->drivers = kset_create_and_add("drivers", NULL, folder);
    if (!bus->p->devices || !bus->p->drivers) return -ENOMEM;
    error = bus_create_file(bus, &bus_attr_drivers_autoprobe);
    if (!error) error = bus_create_file(bus, &bus_attr_drivers_probe);
    if (!error) error = sysfs_create_groups(folder, bus->bus_groups);
    return error;
}

int bus_register(struct bus_type *bus)
{
    struct subsys_private *private = kzalloc(sizeof(*private), GFP_KERNEL);
    int error;

    if (!private) return -ENOMEM;
    private->bus = bus;
    private->autoprobe = true;
    klist_init(&private->klist_devices, get_listed, put_listed);
    klist_init(&private->klist_drivers, NULL, NULL);
    private->subsys.kobj.parent = ashlar_bus_kobj;
    private->subsys.kobj.ktype = &bus_type;
    error = kobject_set_name(&private->subsys.kobj, "%s", bus->name);
    if (error) {
        kfree(private);
        return error;
    }
    bus->p = private;
    error = kset_register(&private->subsys);
    if (!error) error = fill(bus);
    if (error) bus_unregister(bus);
    return error;
}

void bus_unregister(struct bus_type *bus)
{
    if (!bus->p) return;
    kset_unregister(bus->p->drivers);
    kset_unregister(bus->p->devices);
    kset_unregister(&bus->p->subsys);
}

static DEFINE_MUTEX(uses);

int ashlar_bus_use(struct bus_type *bus, unsigned int *users)
{
    int error = 0;

    mutex_lock(&uses);
    if (!*users) error = bus_register(bus);
    if (!error) ++*users;
    mutex_unlock(&uses);
    return error;
}
void ashlar_bus_leave(struct bus_type *bus, unsigned int *users)
{
    mutex_lock(&uses);
    if (!--*users) bus_unregister(bus);
    mutex_unlock(&uses);
}

/* ---- their devices and drivers --------------------------------------------------------------- */

int ashlar_bus_add_device(struct device *device)
{
    struct bus_type *bus = device->bus;
    int error;

    if (!bus) return 0;
    if (!bus->p) return -EINVAL;
    kset_get(&bus->p->subsys);
    error = sysfs_create_groups(&device->kobj, bus->dev_groups);
    if (!error) error = sysfs_create_link(&bus->p->devices->kobj, &device->kobj, dev_name(device));
    if (!error) error = sysfs_create_link(&device->kobj, &bus->p->subsys.kobj, "subsystem");
    if (!error) {
        klist_add_tail(&device->ashlar_in_bus, &bus->p->klist_devices);
        return 0;
    }
    sysfs_remove_link(&bus->p->devices->kobj, dev_name(device));
    kset_put(&bus->p->subsys);
    return error;
}

void ashlar_bus_probe_device(struct device *device)
{
    /* That none takes it is no error, nor that one failed. */
    if (device->bus && device->bus->p->autoprobe && device_attach(device) < 0) return;
}

void ashlar_bus_remove_device(struct device *device)
{
    struct bus_type *bus = device->bus;

    if (!bus) return;
    sysfs_remove_link(&device->kobj, "subsystem");
    sysfs_remove_link(&bus->p->devices->kobj, dev_name(device));
    if (klist_node_attached(&device->ashlar_in_bus)) klist_del(&device->ashlar_in_bus);
    device_release_driver(device);
    kset_put(&bus->p->subsys);
}

/* The driver has its private part; the bus has it from here on. */
int ashlar_bus_add_driver(struct device_driver *driver)
{
    kset_get(&driver->bus->p->subsys);
    klist_add_tail(&driver->p->knode_bus, &driver->bus->p->klist_drivers);
    return driver->bus->p->autoprobe ? driver_attach(driver) : 0;
}

void ashlar_bus_remove_driver(struct device_driver *driver)
{
    klist_remove(&driver->p->knode_bus);
    ashlar_driver_detach(driver);
    kset_put(&driver->bus->p->subsys);
}
