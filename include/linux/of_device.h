/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/device.h>
#include <linux/of.h>
#define of_match_device(matches, device) ((void)(device), (const struct of_device_id *)NULL)
#define of_device_get_match_data(device) ((void)(device), (const void *)NULL)
