/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/math.h>
#include <linux/sched.h>
ASHLAR_BEGIN_C
void msleep(unsigned int ms);
unsigned long msleep_interruptible(unsigned int ms);
void usleep_range_state(unsigned long least, unsigned long most, unsigned int state);
void ndelay(unsigned long ns);
ASHLAR_END_C
static inline void usleep_range(unsigned long least, unsigned long most)
{
    usleep_range_state(least, most, TASK_UNINTERRUPTIBLE);
}
static inline void ssleep(unsigned int seconds) { msleep(seconds * 1000); }
static inline void fsleep(unsigned long us) { usleep_range(us, 2 * us); }
static inline void udelay(unsigned long us) { ndelay(us * 1000); }
static inline void mdelay(unsigned long ms) { ndelay(ms * 1000000); }
