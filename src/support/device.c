// The driver core: devices, their resources, classes, and platform devices that
// meet their drivers by name.

#include <linux/device.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(core_lock);
static LIST_HEAD(devices);
static LIST_HEAD(platform_devices);
static LIST_HEAD(platform_drivers);

/* ---- resources ------------------------------------------------------------------------------- */

/* Stands before what the user sees. */
struct devres {
    struct list_head list;
    dr_release_t release;
    size_t size;
    u64 data[] __aligned(16);
};

static struct devres *devres_of(const void *data) { return container_of(data, struct devres, data[0]); }

void *devres_alloc(dr_release_t release, size_t size, gfp_t flags)
{
    struct devres *resource;
    size_t bytes;

    if (check_add_overflow(sizeof(*resource), size, &bytes)) return NULL;
    resource = kmalloc(bytes, flags);
    if (!resource) return NULL;
    memset(resource, 0, sizeof(*resource));
    if (release) memset(resource->data, 0, size);
    INIT_LIST_HEAD(&resource->list);
    resource->release = release;
    resource->size = size;
    return resource->data;
}

void devres_free(void *data)
{
    if (data) kfree(devres_of(data));
}

void devres_add(struct device *device, void *data)
{
    mutex_lock(&core_lock);
    if (!device->devres_head.next) INIT_LIST_HEAD(&device->devres_head);
    list_add(&devres_of(data)->list, &device->devres_head);
    mutex_unlock(&core_lock);
}

/* With the lock held. */
static struct devres *find(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    if (!device->devres_head.next) return NULL;
    list_for_each_entry(resource, &device->devres_head,
                        list) if (resource->release == release &&
                                  (!match || match(device, resource->data, match_data))) return resource;
    return NULL;
}

void *devres_find(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    mutex_lock(&core_lock);
    resource = find(device, release, match, match_data);
    mutex_unlock(&core_lock);
    return resource ? resource->data : NULL;
}

static struct devres *take(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    mutex_lock(&core_lock);
    resource = find(device, release, match, match_data);
    if (resource) list_del_init(&resource->list);
    mutex_unlock(&core_lock);
    return resource;
}

int devres_destroy(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource = take(device, release, match, match_data);

    kfree(resource);
    return resource ? 0 : -ENOENT;
}

int devres_release(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource = take(device, release, match, match_data);

    if (!resource) return -ENOENT;
    resource->release(device, resource->data);
    kfree(resource);
    return 0;
}

int devres_release_all(struct device *device)
{
    int count = 0;

    if (!device->devres_head.next) return 0;
    for (;; count++) {
        struct devres *resource;

        mutex_lock(&core_lock);
        resource = list_first_entry_or_null(&device->devres_head, struct devres, list);
        if (resource) list_del(&resource->list);
        mutex_unlock(&core_lock);
        if (!resource) return count;
        if (resource->release) resource->release(device, resource->data);
        kfree(resource);
    }
}

static void release_nothing(struct device *device, void *data)
{
    (void)device;
    (void)data;
}
static int is_this(struct device *device, void *data, void *wanted)
{
    (void)device;
    return data == wanted;
}

void *devm_kmalloc(struct device *device, size_t size, gfp_t flags)
{
    void *data;

    if (!size) return ZERO_SIZE_PTR;
    data = devres_alloc(NULL, size, flags);
    if (!data) return NULL;
    devres_of(data)->release = release_nothing;
    devres_add(device, data);
    return data;
}

void devm_kfree(struct device *device, const void *data)
{
    if (ZERO_OR_NULL_PTR(data)) return;
    WARN_ON(devres_destroy(device, release_nothing, is_this, (void *)data));
}

void *devm_kmemdup(struct device *device, const void *from, size_t size, gfp_t flags)
{
    void *data = devm_kmalloc(device, size, flags);
    return data ? memcpy(data, from, size) : NULL;
}

char *devm_kstrdup(struct device *device, const char *text, gfp_t flags)
{
    return text ? devm_kmemdup(device, text, strlen(text) + 1, flags) : NULL;
}

char *devm_kasprintf(struct device *device, gfp_t flags, const char *format, ...)
{
    va_list arguments;
    char *text, *copy;

    va_start(arguments, format);
    text = kvasprintf(flags, format, arguments);
    va_end(arguments);
    copy = devm_kstrdup(device, text, flags);
    kfree(text);
    return copy;
}

struct action {
    void (*function)(void *data);
    void *data;
};
static void run_action(struct device *device, void *data)
{
    struct action *action = data;
    (void)device;
    action->function(action->data);
}

int devm_add_action(struct device *device, void (*function)(void *data), void *data)
{
    struct action *action = devres_alloc(run_action, sizeof(*action), GFP_KERNEL);

    if (!action) return -ENOMEM;
    action->function = function;
    action->data = data;
    devres_add(device, action);
    return 0;
}

struct pages {
    unsigned long address;
    unsigned int order;
};
static void free_pages_of(struct device *device, void *data)
{
    struct pages *pages = data;
    (void)device;
    free_pages(pages->address, pages->order);
}

unsigned long devm_get_free_pages(struct device *device, gfp_t flags, unsigned int order)
{
    struct pages *pages = devres_alloc(free_pages_of, sizeof(*pages), GFP_KERNEL);

    if (!pages) return 0;
    pages->order = order;
    pages->address = __get_free_pages(flags, order);
    if (!pages->address) {
        devres_free(pages);
        return 0;
    }
    devres_add(device, pages);
    return pages->address;
}

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
static const struct kobj_type device_type = {.release = release_device, .sysfs_ops = &device_operations};

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
    mutex_lock(&core_lock);
    list_add_tail(&device->ashlar_list, &devices);
    mutex_unlock(&core_lock);
    return 0;
}

int device_register(struct device *device)
{
    device_initialize(device);
    return device_add(device);
}

void device_del(struct device *device)
{
    mutex_lock(&core_lock);
    list_del_init(&device->ashlar_list);
    mutex_unlock(&core_lock);
    devres_release_all(device);
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

    mutex_lock(&core_lock);
    list_for_each_entry(device, &devices, ashlar_list) if (device->devt && strcmp(dev_name(device), name) == 0) number =
        device->devt;
    mutex_unlock(&core_lock);
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

    mutex_lock(&core_lock);
    list_for_each_entry(device, &devices, ashlar_list)
    {
        if (device->class != class || found) continue;
        if (after && match(device, wanted)) found = get_device(device);
        after |= device == start;
    }
    mutex_unlock(&core_lock);
    return found;
}

void device_destroy(struct class *class, dev_t number)
{
    struct device *device, *found = NULL;

    mutex_lock(&core_lock);
    list_for_each_entry(device, &devices, ashlar_list) if (device->class == class && device->devt == number) found =
        device;
    mutex_unlock(&core_lock);
    if (found) device_unregister(found);
}

/* ---- platform devices ------------------------------------------------------------------------ */

static const struct platform_device_id *match_id(const struct platform_device_id *ids, const char *name)
{
    for (; ids && ids->name[0]; ids++)
        if (strcmp(ids->name, name) == 0) return ids;
    return NULL;
}

/* With the lock held. */
static bool matches(struct platform_driver *driver, struct platform_device *device)
{
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
    if (driver->remove) driver->remove(device);
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

    mutex_lock(&core_lock);
    list_for_each_entry(at, &platform_devices, ashlar_list)
    {
        struct platform_device *candidate = to_platform_device(at);
        if (past && !device && (bound ? at->driver == &driver->driver : !at->driver && matches(driver, candidate)))
            device = candidate;
        if (candidate == after) past = true;
    }
    mutex_unlock(&core_lock);
    return device;
}

int __platform_driver_register(struct platform_driver *driver, struct module *owner)
{
    struct platform_device *device = NULL;

    driver->driver.owner = owner;
    mutex_lock(&core_lock);
    list_add_tail(&driver->driver.ashlar_list, &platform_drivers);
    mutex_unlock(&core_lock);
    while ((device = next_of(driver, false, device)) != NULL) probe(driver, device);
    return 0;
}

void platform_driver_unregister(struct platform_driver *driver)
{
    struct platform_device *device;

    mutex_lock(&core_lock);
    list_del(&driver->driver.ashlar_list);
    mutex_unlock(&core_lock);
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
    mutex_lock(&core_lock);
    list_move_tail(&device->dev.ashlar_list, &platform_devices);
    list_for_each_entry(driver, &platform_drivers, driver.ashlar_list) if (!found && matches(driver, device)) found =
        driver;
    mutex_unlock(&core_lock);
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

struct platform_device *platform_device_register_data(struct device *parent, const char *name, int id, const void *data,
                                                      size_t size)
{
    struct platform_device *device = platform_device_alloc(name, id);
    int error;

    if (!device) return ERR_PTR(-ENOMEM);
    device->dev.parent = parent;
    error = platform_device_add_data(device, data, size);
    if (!error) error = platform_device_add(device);
    if (!error) return device;
    platform_device_put(device);
    return ERR_PTR(error);
}

struct resource *platform_get_resource(struct platform_device *device, unsigned int type, unsigned int index)
{
    for (u32 i = 0; i < device->num_resources; i++)
        if (resource_type(&device->resource[i]) == type && index-- == 0) return &device->resource[i];
    return NULL;
}
