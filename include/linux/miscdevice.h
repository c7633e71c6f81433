/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/major.h>
#define MISC_DYNAMIC_MINOR 255
#define NVRAM_MINOR 144
#define WATCHDOG_MINOR 130
#define HWRNG_MINOR 183
struct attribute_group;
struct miscdevice {
    int minor;
    const char *name;
    const struct file_operations *fops;
    struct list_head list;
    struct device *parent;
    struct device *this_device;
    const struct attribute_group **groups;
    const char *nodename;
    umode_t mode;
};
ASHLAR_BEGIN_C
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);
ASHLAR_END_C
#define module_misc_device(misc) module_driver(misc, misc_register, misc_deregister)
#define builtin_misc_device(misc) builtin_driver(misc, misc_register)
#define MODULE_ALIAS_MISCDEV(minor) struct module
