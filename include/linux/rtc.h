/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/rtc.h>
#else
#ifndef ASHLAR_LINUX_RTC_H
#define ASHLAR_LINUX_RTC_H
#include <linux/kconfig.h>
#include <linux/types.h>
struct rtc_time {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
#endif
#endif
