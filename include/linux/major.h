/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/major.h>
#else
#ifndef ASHLAR_LINUX_MAJOR_H
#define ASHLAR_LINUX_MAJOR_H
#include <linux/kconfig.h>
#define UNNAMED_MAJOR 0
#define MEM_MAJOR 1
#define MISC_MAJOR 10
#define INPUT_MAJOR 13
#define LOOP_MAJOR 7
#define RAMDISK_MAJOR 1
#endif
#endif
