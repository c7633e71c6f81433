/* SPDX-License-Identifier: MIT */
/* Character devices with one minor each: the usual way for a driver to have one file. */
#pragma once
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/types.h>

#define MISC_MAJOR 10
#define MISC_DYNAMIC_MINOR 255

struct miscdevice {
    int minor;
    const char* name;
    const struct file_operations* fops;
    struct list_head list;
    struct device* parent;
    struct device* this_device;
    const char* nodename;
    umode_t mode;
};

ASHLAR_BEGIN_C
int misc_register(struct miscdevice* device);
void misc_deregister(struct miscdevice* device);
ASHLAR_END_C
