/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/time.h>
#else
#ifndef ASHLAR_LINUX_TIME_H
#define ASHLAR_LINUX_TIME_H
#include <linux/kconfig.h>
#include <linux/ktime.h>
#ifndef CLOCK_REALTIME
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#endif
/* libc's struct tm has int fields and comes with <time.h>; the kernel's has a long year. */
#ifndef __struct_tm_defined
#define __struct_tm_defined 1
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon;
    long tm_year;
    int tm_wday, tm_yday;
};
ASHLAR_BEGIN_C
void time64_to_tm(time64_t seconds, int offset, struct tm *result);
ASHLAR_END_C
#endif
#endif
#endif
