/* SPDX-License-Identifier: MIT */
/*
 * In C these are macros that evaluate each argument once. In C++ they are function templates of the
 * global namespace: macros of these names would break every standard header included later.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#ifdef __cplusplus
template <typename A, typename B>
constexpr auto min(A a, B b) -> decltype(true ? A{} : B{})
{
    return a < b ? a : b;
}
template <typename A, typename B>
constexpr auto max(A a, B b) -> decltype(true ? A{} : B{})
{
    return a > b ? a : b;
}
template <typename T>
constexpr T clamp(T value, T low, T high)
{
    return value < low ? low : value > high ? high : value;
}
#define min_t(type, a, b) (::min<type, type>(static_cast<type>(a), static_cast<type>(b)))
#define max_t(type, a, b) (::max<type, type>(static_cast<type>(a), static_cast<type>(b)))
#define clamp_t(type, v, low, high) \
    (::clamp<type>(static_cast<type>(v), static_cast<type>(low), static_cast<type>(high)))
#else
#define ASHLAR_PICK(a, op, b, va, vb) \
    ({                                \
        __typeof__(a) va = (a);       \
        __typeof__(b) vb = (b);       \
        va op vb ? va : vb;           \
    })
/* Constants stay constants (array bounds, case labels); the rest is evaluated once. */
#define ASHLAR_PICK_CONST(a, op, b)                                                       \
    __builtin_choose_expr(__is_constexpr(a) && __is_constexpr(b), ((a)op(b) ? (a) : (b)), \
                          ASHLAR_PICK(a, op, b, __UNIQUE_ID(left), __UNIQUE_ID(right)))
#define min(a, b) ASHLAR_PICK_CONST(a, <, b)
#define max(a, b) ASHLAR_PICK_CONST(a, >, b)
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(value, low, high) min((__typeof__(value))max(value, low), high)
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define clamp_val(value, low, high) clamp_t(__typeof__(value), value, low, high)
#define min3(a, b, c) min((__typeof__(a))min(a, b), c)
#define max3(a, b, c) max((__typeof__(a))max(a, b), c)
#define min_not_zero(a, b)                                                               \
    ({                                                                                   \
        __typeof__(a) ashlar_a = (a);                                                    \
        __typeof__(b) ashlar_b = (b);                                                    \
        ashlar_a == 0 ? ashlar_b : (ashlar_b == 0 ? ashlar_a : min(ashlar_a, ashlar_b)); \
    })
#define swap(a, b)                       \
    do {                                 \
        __typeof__(a) ashlar_kept = (a); \
        (a) = (b);                       \
        (b) = ashlar_kept;               \
    } while (0)
#endif
#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
