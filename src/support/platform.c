// The platform bus, whose devices meet their drivers by name. It is there while there is one or the other.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Where platform devices without a parent are: /sys/devices/platform. */
struct device platform_bus = {
    .kobj = {.name = "platform", .ktype = &ashlar_permanent_type, .kref = KREF_INIT(1), .state_initialized = true}};

static const struct platform_device_id *match_id(const struct platform_device_id *ids, const char *name)
{
    for (; ids->name[0]; ids++)
        if (strcmp(ids->name, name) == 0) return ids;
    return NULL;
}

static int match(struct device *base, struct device_driver *wanted)
{
    struct platform_device *device = to_platform_device(base);
    struct platform_driver *driver = to_platform_driver(wanted);

    if (device->driver_override) return strcmp(device->driver_override, wanted->name) == 0;
    if (!driver->id_table) return strcmp(device->name, wanted->name) == 0;
    device->id_entry = match_id(driver->id_table, device->name);
    return device->id_entry != NULL;
}

static int uevent(struct device *device, struct kobj_uevent_env *env)
{
    return add_uevent_var(env, "MODALIAS=platform:%s", to_platform_device(device)->name);
}

static int probe(struct device *base)
{
    struct platform_driver *driver = to_platform_driver(base->driver);
    int error = driver->probe ? driver->probe(to_platform_device(base)) : 0;

    if (!driver->prevent_deferred_probe || error != -EPROBE_DEFER) return error;
    dev_warn(base, "probe deferral not supported\n");
    return -ENXIO;
}

static void remove(struct device *base)
{
    struct platform_driver *driver = to_platform_driver(base->driver);
    struct platform_device *device = to_platform_device(base);

    if (driver->remove_new)
        driver->remove_new(device);
    else if (driver->remove && driver->remove(device))
        dev_warn(base, "remove callback returned a non-zero value. This will be ignored.\n");
}

struct bus_type platform_bus_type = {
    .name = "platform", .match = match, .uevent = uevent, .probe = probe, .remove = remove};
static unsigned int users; /* devices and drivers */

int __platform_driver_register(struct platform_driver *driver, struct module *owner)
{
    int error = ashlar_bus_use(&platform_bus_type, &users);

    if (error) return error;
    driver->driver.owner = owner;
    driver->driver.bus = &platform_bus_type;
    error = driver_register(&driver->driver);
    if (error) ashlar_bus_leave(&platform_bus_type, &users);
    return error;
}

void platform_driver_unregister(struct platform_driver *driver)
{
    driver_unregister(&driver->driver);
    ashlar_bus_leave(&platform_bus_type, &users);
}

static void release_platform(struct device *device)
{
    struct platform_device *platform = to_platform_device(device);

    kfree(device->platform_data);
    kfree(platform->resource);
    kfree(platform);
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
    struct platform_device *device = kzalloc(sizeof(*device), GFP_KERNEL);

    if (!device) return NULL;
    strscpy(device->ashlar_name, name, sizeof(device->ashlar_name));
    device->name = device->ashlar_name;
    device->id = id;
    device_initialize(&device->dev);
    device->dev.release = release_platform;
    return device;
}

int platform_device_add_data(struct platform_device *device, const void *data, size_t size)
{
    void *copy = data ? kmemdup(data, size, GFP_KERNEL) : NULL;

    if (data && !copy) return -ENOMEM;
    kfree(device->dev.platform_data);
    device->dev.platform_data = copy;
    return 0;
}

int platform_device_add_resources(struct platform_device *device, const struct resource *resources, unsigned int count)
{
    struct resource *copy = count ? kmemdup(resources, count * sizeof(*resources), GFP_KERNEL) : NULL;

    if (count && !copy) return -ENOMEM;
    kfree(device->resource);
    device->resource = copy;
    device->num_resources = count;
    return 0;
}

int platform_device_add(struct platform_device *device)
{
    static atomic_t automatic = ATOMIC_INIT(0);
    int error;

    if (!device->dev.parent) device->dev.parent = &platform_bus;
    device->dev.bus = &platform_bus_type;
    if (device->id == PLATFORM_DEVID_NONE)
        error = dev_set_name(&device->dev, "%s", device->name);
    else if (device->id == PLATFORM_DEVID_AUTO)
        error = dev_set_name(&device->dev, "%s.%d.auto", device->name, atomic_inc_return(&automatic) - 1);
    else
        error = dev_set_name(&device->dev, "%s.%d", device->name, device->id);
    if (!error) error = ashlar_bus_use(&platform_bus_type, &users);
    if (error) return error;
    platform_bus.kobj.parent = ashlar_devices_kobj;
    error = device_add(&device->dev);
    if (error) ashlar_bus_leave(&platform_bus_type, &users);
    return error;
}

int platform_device_register(struct platform_device *device)
{
    device_initialize(&device->dev);
    return platform_device_add(device);
}

void platform_device_del(struct platform_device *device)
{
    if (IS_ERR_OR_NULL(device)) return;
    device_del(&device->dev);
    ashlar_bus_leave(&platform_bus_type, &users);
}

void platform_device_unregister(struct platform_device *device)
{
    platform_device_del(device);
    platform_device_put(device);
}

void platform_device_put(struct platform_device *device)
{
    if (!IS_ERR_OR_NULL(device)) put_device(&device->dev);
}

struct platform_device *platform_device_register_resndata(struct device *parent, const char *name, int id,
                                                          const struct resource *resources, unsigned int count,
                                                          const void *data, size_t size)
{
    struct platform_device *device = platform_device_alloc(name, id);
    int error;

    if (!device) return ERR_PTR(-ENOMEM);
    device->dev.parent = parent;
    error = platform_device_add_resources(device, resources, count);
    if (!error) error = platform_device_add_data(device, data, size);
    if (!error) error = platform_device_add(device);
    if (!error) return device;
    platform_device_put(device);
    return ERR_PTR(error);
}

int platform_add_devices(struct platform_device **devices, int count)
{
    for (int i = 0; i < count; i++) {
        int error = platform_device_register(devices[i]);
        if (!error) continue;
        while (i-- > 0) platform_device_unregister(devices[i]);
        return error;
    }
    return 0;
}

struct resource *platform_get_resource(struct platform_device *device, unsigned int type, unsigned int index)
{
    for (u32 i = 0; i < device->num_resources; i++)
        if (resource_type(&device->resource[i]) == type && index-- == 0) return &device->resource[i];
    return NULL;
}

struct resource *platform_get_resource_byname(struct platform_device *device, unsigned int type, const char *name)
{
    for (u32 i = 0; i < device->num_resources; i++) {
        struct resource *resource = &device->resource[i];
        if (resource_type(resource) == type && resource->name && !strcmp(resource->name, name)) return resource;
    }
    return NULL;
}

static int irq_of(const struct resource *resource) { return resource ? (int)resource->start : -ENXIO; }
int platform_get_irq_optional(struct platform_device *device, unsigned int index)
{
    return irq_of(platform_get_resource(device, IORESOURCE_IRQ, index));
}
int platform_get_irq(struct platform_device *device, unsigned int index)
{
    int irq = platform_get_irq_optional(device, index);

    if (irq < 0) dev_err(&device->dev, "error %d: IRQ index %u not found\n", irq, index);
    return irq;
}
int platform_get_irq_byname(struct platform_device *device, const char *name)
{
    int irq = irq_of(platform_get_resource_byname(device, IORESOURCE_IRQ, name));

    if (irq < 0) dev_err(&device->dev, "error %d: IRQ %s not found\n", irq, name);
    return irq;
}
int platform_irq_count(struct platform_device *device)
{
    int count = 0;

    while (platform_get_irq_optional(device, (unsigned int)count) >= 0) count++;
    return count;
}
