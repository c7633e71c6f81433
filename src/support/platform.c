// Platform devices, which meet their drivers by name.

#include <linux/device.h>
#include <linux/err.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock);
static LIST_HEAD(platform_devices);
static LIST_HEAD(platform_drivers);

static const struct platform_device_id *match_id(const struct platform_device_id *ids, const char *name)
{
    for (; ids && ids->name[0]; ids++)
        if (strcmp(ids->name, name) == 0) return ids;
    return NULL;
}

/* With the lock held. */
static bool matches(struct platform_driver *driver, struct platform_device *device)
{
    if (device->driver_override) return strcmp(device->driver_override, driver->driver.name) == 0;
    if (driver->id_table) {
        device->id_entry = match_id(driver->id_table, device->name);
        return device->id_entry != NULL;
    }
    return strcmp(device->name, driver->driver.name) == 0;
}

static void probe(struct platform_driver *driver, struct platform_device *device)
{
    int error;

    device->dev.driver = &driver->driver;
    error = driver->probe ? driver->probe(device) : 0;
    if (!error) return;
    if (error != -ENODEV && error != -ENXIO && error != -EPROBE_DEFER)
        pr_warn("%s: probe of %s failed with error %d\n", driver->driver.name, dev_name(&device->dev), error);
    devres_release_all(&device->dev);
    device->dev.driver = NULL;
    dev_set_drvdata(&device->dev, NULL);
}

static void leave(struct platform_device *device)
{
    struct platform_driver *driver;

    if (!device->dev.driver) return;
    driver = to_platform_driver(device->dev.driver);
    if (driver->remove_new)
        driver->remove_new(device);
    else if (driver->remove)
        driver->remove(device);
    devres_release_all(&device->dev);
    device->dev.driver = NULL;
    dev_set_drvdata(&device->dev, NULL);
}

/* The next device of this driver that it has not (or, to leave, that it has). */
static struct platform_device *next_of(struct platform_driver *driver, bool bound, struct platform_device *after)
{
    struct platform_device *device = NULL;
    struct device *at;
    bool past = after == NULL;

    mutex_lock(&lock);
    list_for_each_entry(at, &platform_devices, ashlar_list)
    {
        struct platform_device *candidate = to_platform_device(at);
        if (past && !device && (bound ? at->driver == &driver->driver : !at->driver && matches(driver, candidate)))
            device = candidate;
        if (candidate == after) past = true;
    }
    mutex_unlock(&lock);
    return device;
}

int __platform_driver_register(struct platform_driver *driver, struct module *owner)
{
    struct platform_device *device = NULL;

    driver->driver.owner = owner;
    mutex_lock(&lock);
    list_add_tail(&driver->driver.ashlar_list, &platform_drivers);
    mutex_unlock(&lock);
    while ((device = next_of(driver, false, device)) != NULL) probe(driver, device);
    return 0;
}

void platform_driver_unregister(struct platform_driver *driver)
{
    struct platform_device *device;

    mutex_lock(&lock);
    list_del(&driver->driver.ashlar_list);
    mutex_unlock(&lock);
    while ((device = next_of(driver, true, NULL)) != NULL) leave(device);
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
    struct platform_driver *driver, *found = NULL;
    int error;

    if (device->id == PLATFORM_DEVID_NONE)
        error = dev_set_name(&device->dev, "%s", device->name);
    else if (device->id == PLATFORM_DEVID_AUTO)
        error = dev_set_name(&device->dev, "%s.%d.auto", device->name, atomic_inc_return(&automatic) - 1);
    else
        error = dev_set_name(&device->dev, "%s.%d", device->name, device->id);
    if (!error) error = device_add(&device->dev);
    if (error) return error;
    mutex_lock(&lock);
    list_move_tail(&device->dev.ashlar_list, &platform_devices);
    list_for_each_entry(driver, &platform_drivers, driver.ashlar_list) if (!found && matches(driver, device)) found =
        driver;
    mutex_unlock(&lock);
    if (found) probe(found, device);
    return 0;
}

int platform_device_register(struct platform_device *device)
{
    device_initialize(&device->dev);
    return platform_device_add(device);
}

void platform_device_unregister(struct platform_device *device)
{
    if (IS_ERR_OR_NULL(device)) return;
    leave(device);
    device_unregister(&device->dev);
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
