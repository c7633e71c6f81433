/* SPDX-License-Identifier: MIT */
/* Devices and drivers that meet by name. */
#pragma once
#include <linux/kconfig.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)
struct platform_device {
    const char *name;
    int id;
    struct device dev;
    u32 num_resources;
    struct resource *resource;
    const struct platform_device_id *id_entry;
    const char *driver_override; /* the one driver it takes */
    char ashlar_name[32];
};
struct platform_driver {
    int (*probe)(struct platform_device *device);
    int (*remove)(struct platform_device *device);
    void (*remove_new)(struct platform_device *device);
    void (*shutdown)(struct platform_device *device);
    int (*suspend)(struct platform_device *device, pm_message_t state);
    int (*resume)(struct platform_device *device);
    struct device_driver driver;
    const struct platform_device_id *id_table;
    bool prevent_deferred_probe;
};
#define to_platform_device(x) container_of((x), struct platform_device, dev)
#define to_platform_driver(x) container_of((x), struct platform_driver, driver)
ASHLAR_BEGIN_C
extern struct bus_type platform_bus_type;
extern struct device platform_bus;
int __platform_driver_register(struct platform_driver *driver, struct module *owner);
void platform_driver_unregister(struct platform_driver *driver);
int platform_device_register(struct platform_device *device);
void platform_device_unregister(struct platform_device *device);
struct platform_device *platform_device_alloc(const char *name, int id);
int platform_device_add(struct platform_device *device);
void platform_device_del(struct platform_device *device);
void platform_device_put(struct platform_device *device);
int platform_device_add_data(struct platform_device *device, const void *data, size_t size);
int platform_device_add_resources(struct platform_device *device, const struct resource *resources, unsigned int count);
struct platform_device *platform_device_register_resndata(struct device *parent, const char *name, int id,
                                                          const struct resource *resources, unsigned int count,
                                                          const void *data, size_t size);
int platform_add_devices(struct platform_device **devices, int count);
struct resource *platform_get_resource_byname(struct platform_device *device, unsigned int type, const char *name);
/* -ENXIO: it has none. */
int platform_get_irq(struct platform_device *device, unsigned int index);
int platform_get_irq_optional(struct platform_device *device, unsigned int index);
int platform_get_irq_byname(struct platform_device *device, const char *name);
int platform_irq_count(struct platform_device *device);
struct resource *platform_get_resource(struct platform_device *device, unsigned int type, unsigned int index);
ASHLAR_END_C
#define platform_driver_register(driver) __platform_driver_register(driver, THIS_MODULE)
#define platform_device_register_simple(name, id, resources, count) \
    platform_device_register_resndata(NULL, name, id, resources, count, NULL, 0)
#define platform_device_register_data(parent, name, id, data, size) \
    platform_device_register_resndata(parent, name, id, NULL, 0, data, size)
#define platform_get_device_id(device) ((device)->id_entry)
static inline void *platform_get_drvdata(const struct platform_device *device) { return dev_get_drvdata(&device->dev); }
static inline void platform_set_drvdata(struct platform_device *device, void *data)
{
    dev_set_drvdata(&device->dev, data);
}
#define module_platform_driver(driver) module_driver(driver, platform_driver_register, platform_driver_unregister)
#define builtin_platform_driver(driver) builtin_driver(driver, platform_driver_register)
