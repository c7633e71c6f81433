/* SPDX-License-Identifier: MIT */
/* Attributes of objects: files below /sys, which a program opens by filp_open(). */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/compiler_types.h>
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
    void *ASHLAR_PRIVATE_FIELD;
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
#define BIN_ATTRIBUTE_GROUPS(_name)                                                   \
    static const struct attribute_group _name##_group = {.bin_attrs = _name##_attrs}; \
    __ATTRIBUTE_GROUPS(_name)
ASHLAR_BEGIN_C
int __must_check sysfs_create_file(struct kobject *kobj, const struct attribute *attribute);
int __must_check sysfs_create_files(struct kobject *kobj, const struct attribute *const *attributes);
int __must_check sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
int __must_check sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups);
int __must_check sysfs_create_bin_file(struct kobject *kobj, const struct bin_attribute *attribute);
int __must_check sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name);
int __must_check sysfs_update_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attribute);
/* From the attribute's own show() or store(); true for the one who did it. */
bool sysfs_remove_file_self(struct kobject *kobj, const struct attribute *attribute);
void sysfs_remove_files(struct kobject *kobj, const struct attribute *const *attributes);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups);
void sysfs_remove_bin_file(struct kobject *kobj, const struct bin_attribute *attribute);
void sysfs_remove_link(struct kobject *kobj, const char *name);
int sysfs_chmod_file(struct kobject *kobj, const struct attribute *attribute, umode_t mode);
/* The folder of an object; kobject_add() and kobject_del() call them. */
int sysfs_create_dir(struct kobject *kobj);
void sysfs_remove_dir(struct kobject *kobj);
/* Into a page: `to` is a page's start, as every show function is given. */
__printf(2, 3) int sysfs_emit(char *to, const char *format, ...);
__printf(3, 4) int sysfs_emit_at(char *to, int at, const char *format, ...);
ASHLAR_END_C
/* Nobody polls an attribute. */
#define sysfs_notify(kobj, folder, attribute) ((void)(kobj), (void)(attribute))
