/* SPDX-License-Identifier: MIT */
/* jiffies is read from the clock, HZ to the second, so it never stands still. */
#pragma once
#include <linux/kconfig.h>
#include <asm/timex.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/param.h>
#include <linux/time64.h>
#include <linux/typecheck.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
unsigned long ashlar_jiffies(void);
ASHLAR_END_C
#define jiffies ashlar_jiffies()
#define jiffies_64 ((u64)ashlar_jiffies())
static inline u64 get_jiffies_64(void) { return ashlar_jiffies(); }
#define INITIAL_JIFFIES 0
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)
#define TICK_NSEC (NSEC_PER_SEC / HZ)
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
static inline unsigned long msecs_to_jiffies(const unsigned int ms)
{
    return (unsigned long)DIV_ROUND_UP((u64)ms * HZ, 1000);
}
static inline unsigned long usecs_to_jiffies(const unsigned int us)
{
    return (unsigned long)DIV_ROUND_UP((u64)us * HZ, 1000000);
}
static inline unsigned long nsecs_to_jiffies(u64 ns) { return (unsigned long)(ns / TICK_NSEC); }
static inline unsigned int jiffies_to_msecs(const unsigned long j) { return (unsigned int)(j * 1000 / HZ); }
static inline unsigned int jiffies_to_usecs(const unsigned long j) { return (unsigned int)(j * 1000000 / HZ); }
static inline u64 jiffies_to_nsecs(const unsigned long j) { return (u64)j * TICK_NSEC; }
static inline unsigned long round_jiffies(unsigned long j) { return j; }
static inline unsigned long round_jiffies_relative(unsigned long j) { return j; }
