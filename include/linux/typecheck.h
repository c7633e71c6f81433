/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#ifdef __cplusplus
#define typecheck(type, x) 1
#else
/* Comparing pointers to the two types warns when they differ. */
#define typecheck(type, x)                  \
    ({                                      \
        type *ashlar_want = NULL;           \
        __typeof__(x) *ashlar_have = NULL;  \
        (void)(ashlar_want == ashlar_have); \
        1;                                  \
    })
#endif
#define typecheck_fn(type, function)              \
    ((void)({                                     \
        __typeof__(type) *ashlar_fn = (function); \
        (void)ashlar_fn;                          \
    }))
