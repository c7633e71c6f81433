/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
ASHLAR_BEGIN_C
void cpu_relax(void);
ASHLAR_END_C
#define spin_begin() ((void)0)
#define spin_cpu_relax() cpu_relax()
#define spin_end() ((void)0)
#define prefetch(pointer) __builtin_prefetch(pointer)
#define prefetchw(pointer) __builtin_prefetch(pointer, 1)
