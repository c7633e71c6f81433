/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#ifndef HZ
#define HZ CONFIG_HZ
#endif
#define USER_HZ 100
