/* SPDX-License-Identifier: MIT */
/*
 * A small driver core: devices with a name, a parent and a reference count; drivers that are matched
 * to them by name; memory that is given back when the device goes. Below /sys a device is a folder of
 * its class, of its parent, or of /sys/devices.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/completion.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/types.h>
struct bus_type;
struct class_interface;
struct device;
struct device_node;
struct dma_pool;
struct fwnode_handle;
struct module;
struct of_device_id;
struct device_driver {
    const char *name;
    struct bus_type *bus;
    struct module *owner;
    const struct of_device_id *of_match_table;
    int (*probe)(struct device *device);
    int (*remove)(struct device *device);
    void (*shutdown)(struct device *device);
    const struct attribute_group **groups, **dev_groups;
    const struct dev_pm_ops *pm;
    struct list_head ashlar_list;
};
struct device {
    struct kobject kobj;
    const char *init_name;
    struct device *parent;
    u64 coherent_dma_mask;
    u64 *dma_mask;
    struct list_head dma_pools;
    void *driver_data;
    void *platform_data;
    struct device_driver *driver;
    struct bus_type *bus;
    ASHLAR_CLASS_FIELD;
    const struct attribute_group **groups;
    void (*release)(struct device *device);
    struct device_node *of_node;
    struct fwnode_handle *fwnode;
    dev_t devt;
    struct mutex mutex;
    struct list_head devres_head; /* newest first */
    struct list_head ashlar_list;
};
struct device_attribute {
    struct attribute attr;
    ssize_t (*show)(struct device *device, struct device_attribute *attribute, char *to);
    ssize_t (*store)(struct device *device, struct device_attribute *attribute, const char *from, size_t count);
};
#define DEVICE_ATTR(_name, _mode, _show, _store) \
    struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RO(_name) struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_WO(_name) struct device_attribute dev_attr_##_name = __ATTR_WO(_name)
#define DEVICE_ATTR_RW(_name) struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
struct driver_attribute {
    struct attribute attr;
    ssize_t (*show)(struct device_driver *driver, char *to);
    ssize_t (*store)(struct device_driver *driver, const char *from, size_t count);
};
#define DRIVER_ATTR_RO(_name) struct driver_attribute driver_attr_##_name = __ATTR_RO(_name)
#define DRIVER_ATTR_RW(_name) struct driver_attribute driver_attr_##_name = __ATTR_RW(_name)
#define DRIVER_ATTR_WO(_name) struct driver_attribute driver_attr_##_name = __ATTR_WO(_name)

#ifndef __cplusplus
struct class
{
    const char *name;
    struct module *owner;
    const struct attribute_group **class_groups, **dev_groups;
    int (*dev_uevent)(struct device *device, struct kobj_uevent_env *env);
    char *(*devnode)(struct device *device, umode_t *mode);
    void (*class_release)(struct class *class);
    void (*dev_release)(struct device *device);
    bool ashlar_ours;
    struct kobject *ashlar_folder;
};
struct class_attribute {
    struct attribute attr;
    ssize_t (*show)(struct class *class, struct class_attribute *attribute, char *to);
    ssize_t (*store)(struct class *class, struct class_attribute *attribute, const char *from, size_t count);
};
#define CLASS_ATTR_RO(_name) struct class_attribute class_attr_##_name = __ATTR_RO(_name)
#define CLASS_ATTR_RW(_name) struct class_attribute class_attr_##_name = __ATTR_RW(_name)
#define CLASS_ATTR_WO(_name) struct class_attribute class_attr_##_name = __ATTR_WO(_name)
struct class *ashlar_class_create(struct module *owner, const char *name);
void class_destroy(struct class *class);
int class_register(struct class *class);
void class_unregister(struct class *class);
/* class_create(owner, name), and class_create(name) as it is since 6.4. */
#define ASHLAR_CLASS_CREATE(first, second, pick, ...) pick
#define ASHLAR_CLASS_CREATE_2(owner, name) ashlar_class_create(owner, name)
#define ASHLAR_CLASS_CREATE_1(name) ashlar_class_create(THIS_MODULE, name)
#define class_create(...) ASHLAR_CLASS_CREATE(__VA_ARGS__, ASHLAR_CLASS_CREATE_2, ASHLAR_CLASS_CREATE_1, )(__VA_ARGS__)
__printf(5, 6) struct device *device_create(struct class *class, struct device *parent, dev_t number, void *data,
                                            const char *format, ...);
__printf(6, 7) struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t number,
                                                        void *data, const struct attribute_group **groups,
                                                        const char *format, ...);
void device_destroy(struct class *class, dev_t number);
int __must_check class_create_file(struct class *class, const struct class_attribute *attribute);
void class_remove_file(struct class *class, const struct class_attribute *attribute);
struct device *class_find_device(struct class *class, struct device *start, const void *wanted,
                                 int (*match)(struct device *device, const void *wanted));
#endif

static inline int __must_check device_create_file(struct device *device, const struct device_attribute *attribute)
{
    return sysfs_create_file(&device->kobj, &attribute->attr);
}
static inline void device_remove_file(struct device *device, const struct device_attribute *attribute)
{
    sysfs_remove_file(&device->kobj, &attribute->attr);
}
static inline bool device_remove_file_self(struct device *device, const struct device_attribute *attribute)
{
    return sysfs_remove_file_self(&device->kobj, &attribute->attr);
}
static inline int __must_check device_add_groups(struct device *device, const struct attribute_group **groups)
{
    return sysfs_create_groups(&device->kobj, groups);
}
static inline void device_remove_groups(struct device *device, const struct attribute_group **groups)
{
    sysfs_remove_groups(&device->kobj, groups);
}
ASHLAR_BEGIN_C
void device_initialize(struct device *device);
int __must_check device_add(struct device *device);
void device_del(struct device *device);
int __must_check device_register(struct device *device);
void device_unregister(struct device *device);
struct device *get_device(struct device *device);
void put_device(struct device *device);
__printf(2, 3) int dev_set_name(struct device *device, const char *format, ...);
/* Resources of a device: released, newest first, when its driver leaves it or it is deleted. */
typedef void (*dr_release_t)(struct device *device, void *data);
typedef int (*dr_match_t)(struct device *device, void *data, void *match_data);
void *devres_alloc(dr_release_t release, size_t size, gfp_t flags);
#define devres_alloc_node(release, size, flags, node) devres_alloc(release, size, flags)
void devres_free(void *data);
void devres_add(struct device *device, void *data);
void *devres_find(struct device *device, dr_release_t release, dr_match_t match, void *match_data);
int devres_destroy(struct device *device, dr_release_t release, dr_match_t match, void *match_data);
int devres_release(struct device *device, dr_release_t release, dr_match_t match, void *match_data);
int devres_release_all(struct device *device);
void *devm_kmalloc(struct device *device, size_t size, gfp_t flags) __alloc_size(2);
void devm_kfree(struct device *device, const void *data);
char *devm_kstrdup(struct device *device, const char *text, gfp_t flags);
void *devm_kmemdup(struct device *device, const void *from, size_t size, gfp_t flags);
__printf(3, 4) char *devm_kasprintf(struct device *device, gfp_t flags, const char *format, ...);
int devm_add_action(struct device *device, void (*action)(void *data), void *data);
/* Takes an action back; or does it now. */
void devm_remove_action(struct device *device, void (*action)(void *data), void *data);
void devm_release_action(struct device *device, void (*action)(void *data), void *data);
unsigned long devm_get_free_pages(struct device *device, gfp_t flags, unsigned int order);
ASHLAR_END_C
static inline void *devm_kzalloc(struct device *device, size_t size, gfp_t flags)
{
    return devm_kmalloc(device, size, flags | __GFP_ZERO);
}
static inline void *devm_kmalloc_array(struct device *device, size_t n, size_t size, gfp_t flags)
{
    size_t bytes;
    if (unlikely(__builtin_mul_overflow(n, size, &bytes))) return NULL;
    return devm_kmalloc(device, bytes, flags);
}
static inline void *devm_kcalloc(struct device *device, size_t n, size_t size, gfp_t flags)
{
    return devm_kmalloc_array(device, n, size, flags | __GFP_ZERO);
}
static inline int devm_add_action_or_reset(struct device *device, void (*action)(void *data), void *data)
{
    int error = devm_add_action(device, action, data);
    if (error) action(data);
    return error;
}
static inline const char *dev_name(const struct device *device)
{
    if (!device) return "(null)";
    if (device->init_name) return device->init_name;
    return device->kobj.name ? device->kobj.name : "(null)";
}
#define kobj_to_dev(object) container_of(object, struct device, kobj)
static inline int dev_to_node(struct device *device)
{
    (void)device;
    return NUMA_NO_NODE;
}
static inline void set_dev_node(struct device *device, int node)
{
    (void)device;
    (void)node;
}
static inline void *dev_get_drvdata(const struct device *device) { return device->driver_data; }
static inline void dev_set_drvdata(struct device *device, void *data) { device->driver_data = data; }
static inline void *dev_get_platdata(const struct device *device) { return device->platform_data; }
static inline const char *dev_driver_string(const struct device *device)
{
    return device && device->driver ? device->driver->name : "";
}
static inline void device_lock(struct device *device) { mutex_lock(&device->mutex); }
static inline void device_unlock(struct device *device) { mutex_unlock(&device->mutex); }
static inline bool device_is_registered(struct device *device) { return device->kobj.state_in_sysfs; }

#define dev_printk(level, device, format, ...) printk(level "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_emerg(device, format, ...) dev_printk(KERN_EMERG, device, format, ##__VA_ARGS__)
#define dev_crit(device, format, ...) dev_printk(KERN_CRIT, device, format, ##__VA_ARGS__)
#define dev_err(device, format, ...) dev_printk(KERN_ERR, device, format, ##__VA_ARGS__)
#define dev_warn(device, format, ...) dev_printk(KERN_WARNING, device, format, ##__VA_ARGS__)
#define dev_notice(device, format, ...) dev_printk(KERN_NOTICE, device, format, ##__VA_ARGS__)
#define dev_info(device, format, ...) dev_printk(KERN_INFO, device, format, ##__VA_ARGS__)
#define dev_dbg(device, format, ...) no_printk(KERN_DEBUG "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_vdbg(device, format, ...) dev_dbg(device, format, ##__VA_ARGS__)
#define dev_err_once(device, format, ...) printk_once(KERN_ERR "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_warn_once(device, format, ...) printk_once(KERN_WARNING "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_info_once(device, format, ...) printk_once(KERN_INFO "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_err_ratelimited(device, format, ...) \
    printk_ratelimited(KERN_ERR "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_warn_ratelimited(device, format, ...) \
    printk_ratelimited(KERN_WARNING "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_WARN(device, format, ...) WARN(1, "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_WARN_ONCE(device, condition, format, ...) \
    WARN_ONCE(condition, "%s: " format, dev_name(device), ##__VA_ARGS__)
/* Tells of an error and answers it; a driver that only came too early says nothing. */
#define dev_err_probe(device, error, format, ...)                                    \
    ({                                                                               \
        int ashlar_probe_error = (error);                                            \
        if (ashlar_probe_error != -EPROBE_DEFER)                                     \
            dev_err(device, "error %d: " format, ashlar_probe_error, ##__VA_ARGS__); \
        ashlar_probe_error;                                                          \
    })
/* A module that does nothing but register a driver. */
#define module_driver(driver, register_function, unregister_function, ...)                        \
    static int __init driver##_init(void) { return register_function(&(driver), ##__VA_ARGS__); } \
    module_init(driver##_init);                                                                   \
    static void __exit driver##_exit(void) { unregister_function(&(driver), ##__VA_ARGS__); }     \
    module_exit(driver##_exit);
#define builtin_driver(driver, register_function, ...)                                            \
    static int __init driver##_init(void) { return register_function(&(driver), ##__VA_ARGS__); } \
    device_initcall(driver##_init);
ASHLAR_BEGIN_C
/* A device that is only a place in the tree. */
struct device *__root_device_register(const char *name, struct module *owner);
void root_device_unregister(struct device *device);
ASHLAR_END_C
#define root_device_register(name) __root_device_register(name, THIS_MODULE)
