/* SPDX-License-Identifier: MIT */
/* Drivers: they take devices of one bus. */
#pragma once
#include <linux/kconfig.h>
#include <linux/device/bus.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/types.h>
struct device;
struct dev_pm_ops;
struct driver_private;
struct module;
struct of_device_id;
struct acpi_device_id;
/* All are probed at once, by who registers them. */
enum probe_type { PROBE_DEFAULT_STRATEGY, PROBE_PREFER_ASYNCHRONOUS, PROBE_FORCE_SYNCHRONOUS };
struct device_driver {
    const char *name;
    struct bus_type *bus;
    struct module *owner;
    const char *mod_name;
    bool suppress_bind_attrs; /* no bind and unbind below /sys */
    enum probe_type probe_type;
    const struct of_device_id *of_match_table;
    const struct acpi_device_id *acpi_match_table;
    /* -EPROBE_DEFER: again, when another device has found its driver. */
    int (*probe)(struct device *device);
    int (*remove)(struct device *device);
    void (*shutdown)(struct device *device);
    const struct attribute_group **groups;     /* of the driver's folder */
    const struct attribute_group **dev_groups; /* of a device's, while it has this driver */
    const struct dev_pm_ops *pm;
    struct driver_private *p;
};
struct driver_attribute {
    struct attribute attr;
    ssize_t (*show)(struct device_driver *driver, char *to);
    ssize_t (*store)(struct device_driver *driver, const char *from, size_t count);
};
#define DRIVER_ATTR_RO(_name) struct driver_attribute driver_attr_##_name = __ATTR_RO(_name)
#define DRIVER_ATTR_RW(_name) struct driver_attribute driver_attr_##_name = __ATTR_RW(_name)
#define DRIVER_ATTR_WO(_name) struct driver_attribute driver_attr_##_name = __ATTR_WO(_name)
ASHLAR_BEGIN_C
/* -EINVAL: its bus is none; -EBUSY: the name is taken. Offers it every device of the bus that has no driver. */
int __must_check driver_register(struct device_driver *driver);
/* Takes it from all its devices, newest first. */
void driver_unregister(struct device_driver *driver);
int __must_check driver_attach(struct device_driver *driver);
struct device_driver *driver_find(const char *name, struct bus_type *bus);
int __must_check driver_create_file(struct device_driver *driver, const struct driver_attribute *attribute);
void driver_remove_file(struct device_driver *driver, const struct driver_attribute *attribute);
int __must_check driver_for_each_device(struct device_driver *driver, struct device *start, void *data,
                                        int (*call)(struct device *device, void *data));
/* With a reference. */
struct device *driver_find_device(struct device_driver *driver, struct device *start, const void *wanted,
                                  int (*match)(struct device *device, const void *wanted));
/* Until no device that waits for another is to be tried again. */
void wait_for_device_probe(void);
ASHLAR_END_C
static inline struct device *driver_find_device_by_name(struct device_driver *driver, const char *name)
{
    return driver_find_device(driver, NULL, name, device_match_name);
}
