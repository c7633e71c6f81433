/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_OF: there is no device tree. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/mod_devicetable.h>
#include <linux/types.h>
struct device_node;
#define of_match_ptr(pointer) NULL
#define of_match_node(matches, node) ((void)(node), (const struct of_device_id *)NULL)
#define of_node_get(node) (node)
#define of_node_put(node) ((void)(node))
#define of_property_read_u32(node, name, value) ((void)(node), (void)(value), -ENOSYS)
#define of_property_read_bool(node, name) ((void)(node), false)
#define of_property_read_string(node, name, value) ((void)(node), (void)(value), -ENOSYS)
static inline struct device_node *of_parse_phandle(const struct device_node *node, const char *name, int index)
{
    (void)node;
    (void)name;
    (void)index;
    return NULL;
}
