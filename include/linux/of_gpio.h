/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_OF: there is no device tree to name a line in. */
#pragma once
#include <linux/kconfig.h>
#include <linux/gpio.h>
#include <linux/of.h>
#define of_get_named_gpio(node, property, index) ((void)(node), (void)(property), (void)(index), -ENOSYS)
#define of_get_named_gpio_flags(node, property, index, flags) ((void)(flags), of_get_named_gpio(node, property, index))
#define of_get_gpio(node, index) of_get_named_gpio(node, "gpios", index)
#define of_gpio_count(node) ((void)(node), 0)
