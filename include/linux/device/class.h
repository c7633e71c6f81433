/* SPDX-License-Identifier: MIT */
/* Classes: devices of one use, whatever bus they are on. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/types.h>
struct device;
struct module;

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
int class_for_each_device(struct class *class, struct device *start, void *data,
                          int (*call)(struct device *device, void *data));
struct device *class_find_device(struct class *class, struct device *start, const void *wanted,
                                 int (*match)(struct device *device, const void *wanted));
#endif
