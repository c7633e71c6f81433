/* SPDX-License-Identifier: MIT */
/* There is no tracer. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/types.h>
#define CALLER_ADDR0 ((unsigned long)__builtin_return_address(0))
#define __ftrace_return_address(n) __builtin_return_address(n)
#define ftrace_vprintk(...) ((void)0)
enum ftrace_dump_mode { DUMP_NONE, DUMP_ALL, DUMP_ORIG };
static inline void ftrace_dump(enum ftrace_dump_mode mode) { (void)mode; }
