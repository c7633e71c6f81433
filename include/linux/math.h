/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#define round_up(x, power) ((((x)-1) | ((__typeof__(x))((power)-1))) + 1)
#define round_down(x, power) ((x) & ~((__typeof__(x))((power)-1)))
#define __round_mask(x, y) ((__typeof__(x))((y)-1))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define __KERNEL_DIV_ROUND_UP(n, d) DIV_ROUND_UP(n, d)
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP((unsigned long long)(n), (unsigned long long)(d))
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (unsigned long long)(d))
#define DIV_ROUND_UP_SECTOR_T(n, d) DIV_ROUND_UP_ULL(n, d)
#define roundup(x, y) ((((x) + ((__typeof__(x))(y)-1)) / (y)) * (y))
#define rounddown(x, y) ((x) - ((x) % (y)))
#define mult_frac(x, numer, denom) ((x) / (denom) * (numer) + (x) % (denom) * (numer) / (denom))
/* Rounds to nearest, halves away from zero; the divisor is positive. */
#define DIV_ROUND_CLOSEST(x, d)                                                                             \
    (((__typeof__(x))-1 > 0 || (__typeof__(d))-1 > 0 || ((x) > 0) == ((d) > 0)) ? (((x) + ((d) / 2)) / (d)) \
                                                                                : (((x) - ((d) / 2)) / (d)))
#define DIV_ROUND_CLOSEST_ULL(x, d) (((unsigned long long)(x) + ((d) / 2)) / (unsigned long long)(d))
#ifndef __cplusplus
#define abs(x)                                     \
    ({                                             \
        __typeof__(x) ashlar_abs = (x);            \
        ashlar_abs < 0 ? -ashlar_abs : ashlar_abs; \
    })
#define abs_diff(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#endif
#define reciprocal_scale(value, end) ((u32)(((u64)(u32)(value) * (u32)(end)) >> 32))

ASHLAR_BEGIN_C
unsigned long gcd(unsigned long a, unsigned long b);
unsigned long lcm(unsigned long a, unsigned long b);
unsigned long int_sqrt(unsigned long x);
static inline u32 int_sqrt64(u64 x) { return (u32)int_sqrt((unsigned long)x); }
u64 int_pow(u64 base, unsigned int exp);
ASHLAR_END_C
