/* SPDX-License-Identifier: MIT */
/*
 * The configuration that these headers answer for, as Linux 6.1 would call it. A Linux build forces
 * this file into every unit; here every header that tests a CONFIG_ name includes it instead, so
 * that a plain `cc -Iinclude file.c` needs no further flags.
 */
#pragma once

#define ASHLAR_LINUX_SHAPED 1
#ifndef __KERNEL__
#define __KERNEL__ 1
#endif

#define CONFIG_64BIT 1
#define CONFIG_MMU 1
#define CONFIG_SMP 1
#define CONFIG_NR_CPUS 64
#define CONFIG_HZ 1000
#define CONFIG_BASE_SMALL 0
#define CONFIG_PRINTK 1
#define CONFIG_BUG 1
#define CONFIG_MODULES 1
#define CONFIG_PROC_FS 1
#define CONFIG_DEBUG_FS 1
#define CONFIG_SYSFS 1
#define CONFIG_KUNIT 1
#define CONFIG_XARRAY_MULTI 1
#define CONFIG_PREEMPT_COUNT 1
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#define CONFIG_ZONE_DMA 1
#define CONFIG_ZONE_DMA32 1
#define CONFIG_SLUB 1
#define CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS 1
#define CONFIG_ARCH_SUPPORTS_INT128 1
#define CONFIG_GENERIC_ATOMIC64 1
#define CONFIG_PAGE_SHIFT 12
#define CONFIG_INIT_STACK_NONE 1
#define CONFIG_SGL_ALLOC 1
#define CONFIG_REED_SOLOMON_ENC8 1
#define CONFIG_REED_SOLOMON_DEC8 1
#define CONFIG_REED_SOLOMON_ENC16 1
#define CONFIG_REED_SOLOMON_DEC16 1
#ifdef __x86_64__
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#endif
/* Linux's own maple tree test uses the validators that this switch compiles. */
#define CONFIG_DEBUG_MAPLE_TREE 1

/* IS_ENABLED(X) is 1 when X is a macro that expands to 1: the placeholder then supplies an extra
 * argument and moves the 1 into the picked place. */
#define ASHLAR_SHIFT_1 0,
#define ASHLAR_PICK_SECOND(ignored, value, ...) value
#define ASHLAR_DEFINED_3(shift_or_junk) ASHLAR_PICK_SECOND(shift_or_junk 1, 0, 0)
#define ASHLAR_DEFINED_2(value) ASHLAR_DEFINED_3(ASHLAR_SHIFT_##value)
#define ASHLAR_DEFINED_1(value) ASHLAR_DEFINED_2(value)
#define IS_BUILTIN(option) ASHLAR_DEFINED_1(option)
#define IS_MODULE(option) ASHLAR_DEFINED_1(option##_MODULE)
#define IS_REACHABLE(option) IS_BUILTIN(option)
#define IS_ENABLED(option) (IS_BUILTIN(option) || IS_MODULE(option))
