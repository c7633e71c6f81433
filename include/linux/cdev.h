/* SPDX-License-Identifier: MIT */
/* Character devices by number; linux/device.h's device_create() gives one a name. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/device.h>
struct file_operations;
struct inode;
struct module;
struct cdev {
    struct kobject kobj;
    struct module *owner;
    const struct file_operations *ops;
    struct list_head list;
    dev_t dev;
    unsigned int count;
};
struct device;
ASHLAR_BEGIN_C
void cdev_init(struct cdev *cdev, const struct file_operations *operations);
struct cdev *cdev_alloc(void);
int cdev_add(struct cdev *cdev, dev_t first, unsigned count);
void cdev_del(struct cdev *cdev);
int cdev_device_add(struct cdev *cdev, struct device *device);
void cdev_device_del(struct cdev *cdev, struct device *device);
ASHLAR_END_C
static inline void cdev_put(struct cdev *cdev) { (void)cdev; }
