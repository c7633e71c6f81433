/* SPDX-License-Identifier: MIT */
/* As much of a device as memory allocation needs: a name, a mask, pools. There is no driver core. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/types.h>
struct device_driver;
struct device_node;
struct device {
    const char *init_name;
    struct device *parent;
    u64 coherent_dma_mask;
    u64 *dma_mask;
    struct list_head dma_pools;
    void *driver_data;
    struct device_node *of_node;
};
static inline const char *dev_name(const struct device *device)
{
    return device && device->init_name ? device->init_name : "(null)";
}
#define dev_printk(level, device, format, ...) printk(level "%s: " format, dev_name(device), ##__VA_ARGS__)
#define dev_err(device, format, ...) dev_printk(KERN_ERR, device, format, ##__VA_ARGS__)
#define dev_warn(device, format, ...) dev_printk(KERN_WARNING, device, format, ##__VA_ARGS__)
#define dev_info(device, format, ...) dev_printk(KERN_INFO, device, format, ##__VA_ARGS__)
#define dev_dbg(device, format, ...) no_printk(KERN_DEBUG "%s: " format, dev_name(device), ##__VA_ARGS__)
static inline int dev_to_node(struct device *device) { (void)device; return NUMA_NO_NODE; }
static inline void *dev_get_drvdata(const struct device *device) { return device->driver_data; }
static inline void dev_set_drvdata(struct device *device, void *data) { device->driver_data = data; }
