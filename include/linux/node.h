/* SPDX-License-Identifier: MIT */
/* The one node; it is no device. */
#pragma once
#include <linux/kconfig.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/nodemask.h>
#include <linux/workqueue.h>
