/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/signal.h>
#else
#ifndef ASHLAR_LINUX_SIGNAL_H
#define ASHLAR_LINUX_SIGNAL_H
#include <linux/kconfig.h>
#include <linux/sched/signal.h>
#endif
#endif
