/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/module.h>
#else
#ifndef ASHLAR_LINUX_MODULE_H
#define ASHLAR_LINUX_MODULE_H
#include <linux/kconfig.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/stat.h>
#include <linux/cache.h>
#include <linux/spinlock.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/stringify.h>

#define MODULE_NAME_LEN 56
struct module {
    char name[MODULE_NAME_LEN];
    struct list_head list;
};
#define MODULE_LICENSE(text) struct module
#define MODULE_AUTHOR(text) struct module
#define MODULE_DESCRIPTION(text) struct module
#define MODULE_VERSION(text) struct module
#define MODULE_ALIAS(text) struct module
#define MODULE_INFO(tag, text) struct module
#define MODULE_SOFTDEP(text) struct module
#define MODULE_IMPORT_NS(space) struct module
#define MODULE_FIRMWARE(text) struct module
#define MODULE_ALIAS_FS(name) struct module
#define MODULE_ALIAS_CHARDEV(major, minor) struct module
#define MODULE_ALIAS_CHARDEV_MAJOR(major) struct module
#define MODULE_DEVICE_TABLE(type, name) struct module
static inline bool try_module_get(struct module *module)
{
    (void)module;
    return true;
}
static inline void __module_get(struct module *module) { (void)module; }
static inline void module_put(struct module *module) { (void)module; }
static inline const char *module_name(struct module *module) { return module ? module->name : "kernel"; }
#endif
#endif
