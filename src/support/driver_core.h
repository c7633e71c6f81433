/*
 * What the files of the driver core share: device.c, class.c, bus.c, driver.c, binding.c and the buses
 * that are built in. Of this folder only.
 *
 * Locks, outer first: the parent's device_lock() if bus->need_parent_lock, the device's own, the lists.
 * Between a device and a driver nothing changes but under the device's own.
 */
#pragma once
#include <linux/device.h>
#include <linux/klist.h>
#include <linux/platform_device.h>

/* A bus while it is registered. */
struct subsys_private {
    struct kset subsys; /* the folder below /sys/bus */
    struct kset *devices, *drivers;
    struct klist klist_devices, klist_drivers;
    struct bus_type *bus;
    bool autoprobe; /* a device that is added is offered to drivers, and the other way round */
};
/* A driver while it is registered. */
struct driver_private {
    struct kobject kobj;
    struct klist klist_devices; /* that it has */
    struct klist_node knode_bus;
    struct device_driver *driver;
};

/* Every device, in the order of registration; the iterator's reference is one on the device. */
extern struct klist ashlar_devices;
static inline struct device *ashlar_device_of_all(struct klist_node *node)
{
    return node ? container_of(node, struct device, ashlar_in_all) : NULL;
}
void ashlar_free_device(struct device *device);

/* A bus of the library's own is there while somebody uses it. */
int ashlar_bus_use(struct bus_type *bus, unsigned int *users);
void ashlar_bus_leave(struct bus_type *bus, unsigned int *users);

/* bus.c: of a device's addition and removal, in this order. */
int ashlar_bus_add_device(struct device *device);
void ashlar_bus_probe_device(struct device *device);
void ashlar_bus_remove_device(struct device *device);
int ashlar_bus_add_driver(struct device_driver *driver);
void ashlar_bus_remove_driver(struct device_driver *driver);
void ashlar_bus_notify(struct device *device, enum bus_notifier_event event);

/* binding.c */
void ashlar_driver_detach(struct device_driver *driver);
void ashlar_forget_deferred(struct device *device);
