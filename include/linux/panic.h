/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#define TAINT_PROPRIETARY_MODULE 0
#define TAINT_WARN 9
#define TAINT_TEST 18
#define LOCKDEP_STILL_OK 1
#define LOCKDEP_NOW_UNRELIABLE 0
static inline void add_taint(unsigned flag, int lockdep)
{
    (void)flag;
    (void)lockdep;
}
