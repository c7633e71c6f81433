/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/param.h>
#else
#ifndef ASHLAR_LINUX_PARAM_H
#define ASHLAR_LINUX_PARAM_H
#include <linux/kconfig.h>
#include <linux/kconfig.h>
#ifndef HZ
#define HZ CONFIG_HZ
#endif
#define USER_HZ 100
#endif
#endif
