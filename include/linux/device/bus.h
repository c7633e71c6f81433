/* SPDX-License-Identifier: MIT */
/* Buses: where devices meet their drivers. One is a folder below /sys/bus. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kobject.h>
#include <linux/notifier.h>
#include <linux/sysfs.h>
#include <linux/types.h>
struct dev_pm_ops;
struct device;
struct device_driver;
struct subsys_private;
struct bus_type {
    const char *name;
    const char *dev_name; /* with a device's id, the name of one that has none */
    struct device *dev_root;
    const struct attribute_group **bus_groups; /* of the bus, of its devices, of its drivers */
    const struct attribute_group **dev_groups;
    const struct attribute_group **drv_groups;
    /* 1: they fit, 0: they do not; -EPROBE_DEFER: it cannot be told yet. */
    int (*match)(struct device *device, struct device_driver *driver);
    int (*uevent)(struct device *device, struct kobj_uevent_env *env);
    /* Instead of the driver's; without them the driver's are called. */
    int (*probe)(struct device *device);
    void (*remove)(struct device *device);
    void (*shutdown)(struct device *device);
    int (*dma_configure)(struct device *device); /* before a probe */
    void (*dma_cleanup)(struct device *device);
    const struct dev_pm_ops *pm;
    bool need_parent_lock; /* hold the parent's as well while a driver comes or goes */
    struct subsys_private *p;
    struct blocking_notifier_head ashlar_notifier;
};
struct bus_attribute {
    struct attribute attr;
    ssize_t (*show)(struct bus_type *bus, char *to);
    ssize_t (*store)(struct bus_type *bus, const char *from, size_t count);
};
#define BUS_ATTR_RO(_name) struct bus_attribute bus_attr_##_name = __ATTR_RO(_name)
#define BUS_ATTR_RW(_name) struct bus_attribute bus_attr_##_name = __ATTR_RW(_name)
#define BUS_ATTR_WO(_name) struct bus_attribute bus_attr_##_name = __ATTR_WO(_name)
/* What a notifier is told; its data is the device. */
enum bus_notifier_event {
    BUS_NOTIFY_ADD_DEVICE = 1,
    BUS_NOTIFY_DEL_DEVICE,
    BUS_NOTIFY_REMOVED_DEVICE,
    BUS_NOTIFY_BIND_DRIVER, /* the driver is about to take it */
    BUS_NOTIFY_BOUND_DRIVER,
    BUS_NOTIFY_UNBIND_DRIVER, /* the driver is about to leave it */
    BUS_NOTIFY_UNBOUND_DRIVER,
    BUS_NOTIFY_DRIVER_NOT_BOUND /* it did not take it */
};
ASHLAR_BEGIN_C
int __must_check bus_register(struct bus_type *bus);
/* When it has no device and no driver any more. */
void bus_unregister(struct bus_type *bus);
int __must_check bus_create_file(struct bus_type *bus, struct bus_attribute *attribute);
void bus_remove_file(struct bus_type *bus, struct bus_attribute *attribute);
/* Offers the devices that have no driver to all drivers again. */
int __must_check bus_rescan_devices(struct bus_type *bus);
/* In the order of their registration, behind `start`, until `call` answers otherwise than 0. */
int bus_for_each_dev(struct bus_type *bus, struct device *start, void *data,
                     int (*call)(struct device *device, void *data));
int bus_for_each_drv(struct bus_type *bus, struct device_driver *start, void *data,
                     int (*call)(struct device_driver *driver, void *data));
/* With a reference. */
struct device *bus_find_device(struct bus_type *bus, struct device *start, const void *wanted,
                               int (*match)(struct device *device, const void *wanted));
int bus_register_notifier(struct bus_type *bus, struct notifier_block *block);
int bus_unregister_notifier(struct bus_type *bus, struct notifier_block *block);
struct kset *bus_get_kset(struct bus_type *bus);
int device_match_name(struct device *device, const void *name);
int device_match_devt(struct device *device, const void *number);
int device_match_any(struct device *device, const void *unused);
ASHLAR_END_C
static inline struct device *bus_find_device_by_name(struct bus_type *bus, struct device *start, const char *name)
{
    return bus_find_device(bus, start, name, device_match_name);
}
static inline struct device *bus_find_next_device(struct bus_type *bus, struct device *start)
{
    return bus_find_device(bus, start, NULL, device_match_any);
}
