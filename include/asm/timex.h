/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
typedef unsigned long long cycles_t;
ASHLAR_BEGIN_C
cycles_t get_cycles(void);
ASHLAR_END_C
#define random_get_entropy() ((unsigned long)get_cycles())
