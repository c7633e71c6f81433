/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/const.h>
#else
#ifndef ASHLAR_LINUX_CONST_H
#define ASHLAR_LINUX_CONST_H
#include <linux/kconfig.h>

#undef _AC
#undef _AT
#undef _UL
#undef _ULL
#undef _BITUL
#undef _BITULL
#define ASHLAR_WITH_SUFFIX(value, suffix) value##suffix
#define _AC(value, suffix) ASHLAR_WITH_SUFFIX(value, suffix)
#define _AT(type, value) ((type)(value))
#define UL(value) _AC(value, UL)
#define ULL(value) _AC(value, ULL)
#define _UL(value) _AC(value, UL)
#define _ULL(value) _AC(value, ULL)
#define _BITUL(n) (UL(1) << (n))
#define _BITULL(n) (ULL(1) << (n))
#endif
#endif
