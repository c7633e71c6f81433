/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/swab.h>
#else
#ifndef ASHLAR_LINUX_SWAB_H
#define ASHLAR_LINUX_SWAB_H
#include <linux/kconfig.h>
#include <linux/kconfig.h>
#include <linux/types.h>
#define swab16(x) __builtin_bswap16(x)
#define swab32(x) __builtin_bswap32(x)
#define swab64(x) ((__u64)__builtin_bswap64(x))
#define __swab16(x) swab16(x)
#define __swab32(x) swab32(x)
#define __swab64(x) swab64(x)
#define ___constant_swab32(x) swab32(x)
#endif
#endif
