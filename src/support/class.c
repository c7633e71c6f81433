// Classes of devices: folders below /sys/class with their devices inside.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

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
    device->release = ashlar_free_device;
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

static struct device *next_of(struct class *class, struct klist_iter *iter)
{
    struct device *device;

    do device = ashlar_device_of_all(klist_next(iter));
    while (device && device->class != class);
    return device;
}

struct device *class_find_device(struct class *class, struct device *start, const void *wanted,
                                 int (*match)(struct device *device, const void *wanted))
{
    struct klist_iter iter;
    struct device *device;

    klist_iter_init_node(&ashlar_devices, &iter, start ? &start->ashlar_in_all : NULL);
    do device = next_of(class, &iter);
    while (device && !match(device, wanted));
    get_device(device);
    klist_iter_exit(&iter);
    return device;
}

int class_for_each_device(struct class *class, struct device *start, void *data,
                          int (*call)(struct device *device, void *data))
{
    struct klist_iter iter;
    struct device *device;
    int result = 0;

    klist_iter_init_node(&ashlar_devices, &iter, start ? &start->ashlar_in_all : NULL);
    while (!result && (device = next_of(class, &iter)) != NULL) result = call(device, data);
    klist_iter_exit(&iter);
    return result;
}

void device_destroy(struct class *class, dev_t number)
{
    struct device *device = class_find_device(class, NULL, &number, device_match_devt);

    if (!device) return;
    device_unregister(device);
    put_device(device);
}
