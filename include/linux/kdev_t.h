/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/kdev_t.h>
#else
#ifndef ASHLAR_LINUX_KDEV_T_H
#define ASHLAR_LINUX_KDEV_T_H
#include <linux/kconfig.h>
#include <linux/types.h>
#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev)&MINORMASK))
#define MKDEV(major, minor) (((dev_t)(major) << MINORBITS) | (minor))
#define print_dev_t(to, dev) sprintf((to), "%u:%u\n", MAJOR(dev), MINOR(dev))
#define format_dev_t(to, dev)                           \
    ({                                                  \
        sprintf((to), "%u:%u", MAJOR(dev), MINOR(dev)); \
        (to);                                           \
    })
#endif
#endif
