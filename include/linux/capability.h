/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/capability.h>
#else
#ifndef ASHLAR_LINUX_CAPABILITY_H
#define ASHLAR_LINUX_CAPABILITY_H
#include <linux/kconfig.h>
#include <linux/types.h>
#define CAP_NET_ADMIN 12
#define CAP_SYS_RAWIO 17
#define CAP_SYS_ADMIN 21
#define CAP_SYS_NICE 23
#define CAP_SYS_RESOURCE 24
static inline bool capable(int capability)
{
    (void)capability;
    return true;
}
static inline bool perfmon_capable(void) { return true; }
#endif
#endif
