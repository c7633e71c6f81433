// Drivers: each is a folder below its bus, with a link for every device that it has, and
// with bind and unbind, which take the name of a device.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct driver_private *private_of(struct kobject *kobj)
{
    return container_of(kobj, struct driver_private, kobj);
}

static ssize_t show_of_driver(struct kobject *kobj, struct attribute *attribute, char *to)
{
    struct driver_attribute *own = container_of(attribute, struct driver_attribute, attr);
    return own->show ? own->show(private_of(kobj)->driver, to) : -EIO;
}
static ssize_t store_of_driver(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count)
{
    struct driver_attribute *own = container_of(attribute, struct driver_attribute, attr);
    return own->store ? own->store(private_of(kobj)->driver, from, count) : -EIO;
}
static void release_driver(struct kobject *kobj) { kfree(private_of(kobj)); }
static const struct sysfs_ops driver_operations = {.show = show_of_driver, .store = store_of_driver};
static const struct kobj_type driver_type = {.release = release_driver, .sysfs_ops = &driver_operations};

static ssize_t bind_store(struct device_driver *driver, const char *from, size_t count)
{
    struct device *device = bus_find_device_by_name(driver->bus, NULL, from);
    int error = -ENODEV;

    if (device && (!driver->bus->match || driver->bus->match(device, driver) > 0))
        error = device_driver_attach(driver, device);
    put_device(device);
    return error ? error : (ssize_t)count;
}
static DRIVER_ATTR_WO(bind);

static ssize_t unbind_store(struct device_driver *driver, const char *from, size_t count)
{
    struct device *device = bus_find_device_by_name(driver->bus, NULL, from);
    bool its = device && device->driver == driver;

    if (its) device_release_driver(device);
    put_device(device);
    return its ? (ssize_t)count : -ENODEV;
}
static DRIVER_ATTR_WO(unbind);

int driver_create_file(struct device_driver *driver, const struct driver_attribute *attribute)
{
    return driver && driver->p ? sysfs_create_file(&driver->p->kobj, &attribute->attr) : -EINVAL;
}
void driver_remove_file(struct device_driver *driver, const struct driver_attribute *attribute)
{
    if (driver && driver->p) sysfs_remove_file(&driver->p->kobj, &attribute->attr);
}

/* ---- its devices ----------------------------------------------------------------------------- */

static struct device *device_of(struct klist_node *node)
{
    return node ? container_of(node, struct device, ashlar_in_driver) : NULL;
}

int driver_for_each_device(struct device_driver *driver, struct device *start, void *data,
                           int (*call)(struct device *device, void *data))
{
    struct klist_iter iter;
    struct device *device;
    int result = 0;

    if (!driver || !driver->p) return -EINVAL;
    klist_iter_init_node(&driver->p->klist_devices, &iter, start ? &start->ashlar_in_driver : NULL);
    while (!result && (device = device_of(klist_next(&iter))) != NULL) result = call(device, data);
    klist_iter_exit(&iter);
    return result;
}

struct device *driver_find_device(struct device_driver *driver, struct device *start, const void *wanted,
                                  int (*match)(struct device *device, const void *wanted))
{
    struct klist_iter iter;
    struct device *device;

    if (!driver || !driver->p) return NULL;
    klist_iter_init_node(&driver->p->klist_devices, &iter, start ? &start->ashlar_in_driver : NULL);
    do device = device_of(klist_next(&iter));
    while (device && !match(device, wanted));
    get_device(device);
    klist_iter_exit(&iter);
    return device;
}

/* ---- coming and going ------------------------------------------------------------------------ */

struct device_driver *driver_find(const char *name, struct bus_type *bus)
{
    struct kobject *kobj = bus->p ? kset_find_obj(bus->p->drivers, name) : NULL;

    if (!kobj) return NULL;
    kobject_put(kobj); /* the answer is the caller's affair, as in Linux */
    return private_of(kobj)->driver;
}

static int fill(struct device_driver *driver)
{
    int error = sysfs_create_groups(&driver->p->kobj, driver->bus->drv_groups);

    if (!error) error = sysfs_create_groups(&driver->p->kobj, driver->groups);
    if (error || driver->suppress_bind_attrs) return error;
    error = driver_create_file(driver, &driver_attr_unbind);
    return error ? error : driver_create_file(driver, &driver_attr_bind);
}

static void go(struct device_driver *driver)
{
    struct driver_private *private = driver->p;

    kobject_uevent(&private->kobj, KOBJ_REMOVE);
    kobject_del(&private->kobj);
    driver->p = NULL;
    kobject_put(&private->kobj);
}

int driver_register(struct device_driver *driver)
{
    struct bus_type *bus = driver->bus;
    struct driver_private *private;
    int error;

    if (!bus || !bus->p) {
        pr_err("Driver '%s' was unable to register with bus_type '%s' because the bus was not initialized.\n",
               driver->name, bus ? bus->name : "(null)");
        return -EINVAL;
    }
    if ((bus->probe && driver->probe) || (bus->remove && driver->remove) || (bus->shutdown && driver->shutdown))
        pr_warn("Driver '%s' needs updating - please use bus_type methods\n", driver->name);
    if (driver_find(driver->name, bus)) {
        pr_err("Error: Driver '%s' is already registered, aborting...\n", driver->name);
        return -EBUSY;
    }
    private = kzalloc(sizeof(*private), GFP_KERNEL);
    if (!private) return -ENOMEM;
    klist_init(&private->klist_devices, NULL, NULL);
    private->driver = driver;
    private->kobj.kset = bus->p->drivers;
    driver->p = private;
    error = kobject_init_and_add(&private->kobj, &driver_type, NULL, "%s", driver->name);
    if (!error) error = fill(driver);
    if (error) {
        go(driver);
        return error;
    }
    error = ashlar_bus_add_driver(driver);
    kobject_uevent(&private->kobj, KOBJ_ADD);
    return error;
}

void driver_unregister(struct device_driver *driver)
{
    if (WARN(!driver || !driver->p, "Unexpected driver unregister!")) return;
    ashlar_bus_remove_driver(driver);
    go(driver);
}
