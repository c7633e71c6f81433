/* SPDX-License-Identifier: MIT */
/*
 * The driver core: devices with a name, a parent and a reference count; buses on which they meet their
 * drivers; memory that is given back when the driver leaves. Below /sys a device is a folder of its
 * class, of its parent, or of /sys/devices.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/completion.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/klist.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/device/bus.h>
#include <linux/device/class.h>
#include <linux/device/driver.h>
struct class_interface;
struct device;
struct device_node;
struct dma_pool;
struct fwnode_handle;
struct module;
struct of_device_id;
/* What devices of one kind have in common, within a bus or a class. */
struct device_type {
    const char *name;
    const struct attribute_group **groups;
    int (*uevent)(struct device *device, struct kobj_uevent_env *env);
    char *(*devnode)(struct device *device, umode_t *mode, kuid_t *uid, kgid_t *gid);
    void (*release)(struct device *device);
    const struct dev_pm_ops *pm;
};
struct device {
    struct kobject kobj;
    const char *init_name;
    struct device *parent;
    const struct device_type *type;
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
    u32 id;                       /* with the bus's dev_name, the name of a device that has none */
    bool ashlar_dead;             /* device_del() began: no driver takes it any more */
    struct mutex mutex;           /* of its driver: held while one comes or goes */
    struct list_head devres_head; /* newest first */
    struct klist_node ashlar_in_all, ashlar_in_bus, ashlar_in_driver;
    struct list_head ashlar_deferred; /* until another device has found its driver */
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
/* In the order of their registration, until `call` answers otherwise than 0. */
int device_for_each_child(struct device *parent, void *data, int (*call)(struct device *device, void *data));
/* With a reference. */
struct device *device_find_child(struct device *parent, void *data, int (*match)(struct device *device, void *data));
struct device *device_find_child_by_name(struct device *parent, const char *name);
/* Looks for a driver: 1 when one took it, 0 when none did. */
int __must_check device_attach(struct device *device);
/* Makes device->driver, which the caller set, its driver, and does not probe. */
int __must_check device_bind_driver(struct device *device);
void device_release_driver(struct device *device);
int __must_check device_driver_attach(struct device_driver *driver, struct device *device);
int __must_check device_reprobe(struct device *device);
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
