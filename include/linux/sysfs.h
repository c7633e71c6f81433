/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_SYSFS: attributes can be declared; making files of them does nothing. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/stringify.h>
#include <linux/types.h>
struct bin_attribute;
struct file;
struct kobject;
struct module;
struct attribute {
    const char *name;
    umode_t mode;
};
struct attribute_group {
    const char *name;
    umode_t (*is_visible)(struct kobject *kobj, struct attribute *attribute, int index);
    umode_t (*is_bin_visible)(struct kobject *kobj, struct bin_attribute *attribute, int index);
    struct attribute **attrs;
    struct bin_attribute **bin_attrs;
};
struct bin_attribute {
    struct attribute attr;
    size_t size;
    void *private_data;
    ssize_t (*read)(struct file *file, struct kobject *kobj, struct bin_attribute *attribute, char *to, loff_t at,
                    size_t count);
    ssize_t (*write)(struct file *file, struct kobject *kobj, struct bin_attribute *attribute, char *from, loff_t at,
                     size_t count);
};
struct sysfs_ops {
    ssize_t (*show)(struct kobject *kobj, struct attribute *attribute, char *to);
    ssize_t (*store)(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count);
};
#define __ATTR(_name, _mode, _show, _store)                                                  \
    {                                                                                        \
        .attr = {.name = __stringify(_name), .mode = _mode}, .show = _show, .store = _store, \
    }
#define __ATTR_PREALLOC(_name, _mode, _show, _store) __ATTR(_name, _mode, _show, _store)
#define __ATTR_RO(_name) __ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_RO_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, NULL)
#define __ATTR_WO(_name) __ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_RW(_name) __ATTR(_name, 0644, _name##_show, _name##_store)
#define __ATTR_RW_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, _name##_store)
#define __ATTR_NULL             \
    {                           \
        .attr = {.name = NULL } \
    }
#define __ATTRIBUTE_GROUPS(_name) static const struct attribute_group *_name##_groups[] = {&_name##_group, NULL}
#define ATTRIBUTE_GROUPS(_name)                                                   \
    static const struct attribute_group _name##_group = {.attrs = _name##_attrs}; \
    __ATTRIBUTE_GROUPS(_name)
#define sysfs_attr_init(attribute) ((void)(attribute))
#define sysfs_bin_attr_init(attribute) ((void)(attribute))
#define ASHLAR_SYSFS_NOTHING(...) ((void)(__VA_ARGS__), 0)
#define sysfs_create_file(kobj, attribute) ASHLAR_SYSFS_NOTHING(kobj, attribute)
#define sysfs_create_files(kobj, attributes) ASHLAR_SYSFS_NOTHING(kobj, attributes)
#define sysfs_create_group(kobj, group) ASHLAR_SYSFS_NOTHING(kobj, group)
#define sysfs_create_groups(kobj, groups) ASHLAR_SYSFS_NOTHING(kobj, groups)
#define sysfs_create_bin_file(kobj, attribute) ASHLAR_SYSFS_NOTHING(kobj, attribute)
#define sysfs_create_link(kobj, target, name) ASHLAR_SYSFS_NOTHING(kobj, target, name)
#define sysfs_remove_file(kobj, attribute) ((void)(kobj), (void)(attribute))
#define sysfs_remove_files(kobj, attributes) ((void)(kobj), (void)(attributes))
#define sysfs_remove_group(kobj, group) ((void)(kobj), (void)(group))
#define sysfs_remove_groups(kobj, groups) ((void)(kobj), (void)(groups))
#define sysfs_remove_bin_file(kobj, attribute) ((void)(kobj), (void)(attribute))
#define sysfs_remove_link(kobj, name) ((void)(kobj), (void)(name))
#define sysfs_notify(kobj, folder, attribute) ((void)(kobj), (void)(attribute))
ASHLAR_BEGIN_C
/* Into a page: `to` is a page's start, as every show function is given. */
__printf(2, 3) int sysfs_emit(char *to, const char *format, ...);
__printf(3, 4) int sysfs_emit_at(char *to, int at, const char *format, ...);
ASHLAR_END_C
