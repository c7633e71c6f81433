/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/numa.h>
typedef struct {
    unsigned long bits[1];
} nodemask_t;
#define N_ONLINE 0
#define N_NORMAL_MEMORY 0
#define N_MEMORY 0
