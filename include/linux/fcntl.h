/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/fcntl.h>
#else
#ifndef ASHLAR_LINUX_FCNTL_H
#define ASHLAR_LINUX_FCNTL_H
#include <linux/kconfig.h>
#include <linux/types.h>
/* Same values as libc's <fcntl.h>, which may come before or after. */
#ifndef O_RDONLY
#define O_ACCMODE 00000003
#define O_RDONLY 00000000
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define O_NONBLOCK 00004000
#define O_DSYNC 00010000
#define O_SYNC 04010000
#endif
#endif
#endif
