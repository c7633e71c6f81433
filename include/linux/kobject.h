/* SPDX-License-Identifier: MIT */
/* Names, parents and reference counts; an object that is added is a folder below /sys. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/gfp_types.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
struct kernfs_node;
struct kobject;
struct kset;
/* What an event says: NAME=value texts, one behind the other in the buffer. */
#define UEVENT_NUM_ENVP 64
#define UEVENT_BUFFER_SIZE 2048
struct kobj_uevent_env {
    char *argv[3];
    char *envp[UEVENT_NUM_ENVP];
    int envp_idx;
    char buf[UEVENT_BUFFER_SIZE];
    int buflen;
};
struct kobj_type {
    void (*release)(struct kobject *kobj);
    const struct sysfs_ops *sysfs_ops;
    struct attribute **default_attrs; /* as before 5.18 */
    const struct attribute_group **default_groups;
    /* Of kinds whose events are told without a kset: their subsystem, and what they add. */
    const char *(*ashlar_subsystem)(struct kobject *kobj);
    int (*ashlar_uevent)(struct kobject *kobj, struct kobj_uevent_env *env);
};
struct kobject {
    const char *name;
    struct list_head entry;
    struct kobject *parent;
    struct kset *kset;
    const struct kobj_type *ktype;
    struct kernfs_node *sd;
    struct kref kref;
    bool state_initialized, state_in_sysfs;
};
struct kset_uevent_ops {
    int (*filter)(struct kobject *kobj);
    const char *(*name)(struct kobject *kobj);
    int (*uevent)(struct kobject *kobj, struct kobj_uevent_env *env);
};
struct kset {
    struct list_head list;
    spinlock_t list_lock;
    struct kobject kobj;
    const struct kset_uevent_ops *uevent_ops;
};
struct kobj_attribute {
    struct attribute attr;
    ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attribute, char *to);
    ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attribute, const char *from, size_t count);
};
enum kobject_action {
    KOBJ_ADD,
    KOBJ_REMOVE,
    KOBJ_CHANGE,
    KOBJ_MOVE,
    KOBJ_ONLINE,
    KOBJ_OFFLINE,
    KOBJ_BIND,
    KOBJ_UNBIND
};
ASHLAR_BEGIN_C
extern const struct sysfs_ops kobj_sysfs_ops;
extern struct kobject *kernel_kobj, *mm_kobj;
/* Of objects that stay. */
extern const struct kobj_type ashlar_permanent_type;
/* /sys/class, /sys/devices and /sys/bus. */
extern struct kobject *ashlar_class_kobj, *ashlar_devices_kobj, *ashlar_bus_kobj;
__printf(2, 3) int kobject_set_name(struct kobject *kobj, const char *format, ...);
__printf(2, 0) int kobject_set_name_vargs(struct kobject *kobj, const char *format, va_list arguments);
void kobject_init(struct kobject *kobj, const struct kobj_type *type);
__printf(3, 4) __must_check int kobject_add(struct kobject *kobj, struct kobject *parent, const char *format, ...);
__printf(4, 5) __must_check int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *type,
                                                     struct kobject *parent, const char *format, ...);
/* kobject_add() of an object that has its name. */
int ashlar_kobject_add_named(struct kobject *kobj, struct kobject *parent);
void kobject_del(struct kobject *kobj);
struct kobject *__must_check kobject_create_and_add(const char *name, struct kobject *parent);
struct kobject *kobject_get(struct kobject *kobj);
struct kobject *__must_check kobject_get_unless_zero(struct kobject *kobj);
void kobject_put(struct kobject *kobj);
void kset_init(struct kset *kset);
int __must_check kset_register(struct kset *kset);
void kset_unregister(struct kset *kset);
struct kset *__must_check kset_create_and_add(const char *name, const struct kset_uevent_ops *ops,
                                              struct kobject *parent);
struct kobject *kset_find_obj(struct kset *kset, const char *name);
ASHLAR_END_C
static inline const char *kobject_name(const struct kobject *kobj) { return kobj->name; }
static inline const struct kobj_type *get_ktype(const struct kobject *kobj) { return kobj->ktype; }
static inline struct kset *to_kset(struct kobject *kobj) { return kobj ? container_of(kobj, struct kset, kobj) : NULL; }
static inline struct kset *kset_get(struct kset *kset) { return kset ? to_kset(kobject_get(&kset->kobj)) : NULL; }
static inline void kset_put(struct kset *kset) { kobject_put(&kset->kobj); }
ASHLAR_BEGIN_C
/* An event is made as in Linux, by all who have a say in it; then nobody listens. */
int kobject_uevent(struct kobject *kobj, enum kobject_action action);
int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[]);
__printf(2, 3) int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...);
/* From the top, by slashes; the caller frees it. */
char *kobject_get_path(const struct kobject *kobj, gfp_t flags);
ASHLAR_END_C
