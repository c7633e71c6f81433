/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>

#ifdef __cplusplus
#define ASHLAR_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define ASHLAR_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* Optimised builds refuse a true condition, also one that only becomes constant by inlining; an
 * unoptimised build can only judge what is constant in the language. */
#ifdef __OPTIMIZE__
#define ASHLAR_BUILD_BUG_2(condition, text, line)                                                 \
    do {                                                                                          \
        extern void ASHLAR_PASTE(ashlar_build_bug_, line)(void) __attribute__((__error__(text))); \
        if (condition) ASHLAR_PASTE(ashlar_build_bug_, line)();                                   \
    } while (0)
#else
#define ASHLAR_BUILD_BUG_2(condition, text, line) ((void)sizeof((condition) ? 1 : 0))
#endif
#define BUILD_BUG_ON_MSG(condition, text) ASHLAR_BUILD_BUG_2(condition, text, __COUNTER__)
#define BUILD_BUG_ON(condition) BUILD_BUG_ON_MSG(condition, "BUILD_BUG_ON: " #condition)
#define BUILD_BUG() BUILD_BUG_ON_MSG(1, "BUILD_BUG")
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || (((n) & ((n)-1)) != 0))
#define BUILD_BUG_ON_ZERO(e) ((int)(0 * sizeof(char[1 - 2 * !!(e)])))
#define BUILD_BUG_ON_INVALID(e) ((void)(sizeof((long)(e))))
#define compiletime_assert(condition, text) BUILD_BUG_ON_MSG(!(condition), text)
#define compiletime_assert_atomic_type(t) compiletime_assert(__native_word(t), "a type that one access cannot carry")
#ifndef __cplusplus
#define ASHLAR_STATIC_ASSERT_TEXT(condition, text, ...) _Static_assert(condition, text)
#define static_assert(condition, ...) ASHLAR_STATIC_ASSERT_TEXT(condition, ##__VA_ARGS__, #condition)
#endif
