/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/types.h>

#define is_power_of_2(n) ((n) != 0 && (((n) & ((n)-1)) == 0))
#define const_ilog2(n) ((n) < 2 ? 0 : 63 - __builtin_clzll((unsigned long long)(n)))
#define ilog2(n) ((int)((n) == 0 ? -1 : 63 - __builtin_clzll((unsigned long long)(n) | 0ULL)))
#define __ilog2_u32(n) ilog2((u32)(n))
#define __ilog2_u64(n) ilog2((u64)(n))

static inline __attribute_const__ int __order_base_2(unsigned long n)
{
    return n > 1 ? (int)(BITS_PER_LONG - __builtin_clzl(n - 1)) : 0;
}
#define order_base_2(n) \
    ((n) > 1 ? (int)(BITS_PER_LONG - __builtin_clzl(((unsigned long)(n) > 1 ? (unsigned long)(n) : 2UL) - 1)) : 0)
#define roundup_pow_of_two(n) (1UL << order_base_2((unsigned long)(n)))
#define rounddown_pow_of_two(n) (1UL << ilog2((unsigned long)(n)))
#define __roundup_pow_of_two(n) roundup_pow_of_two(n)
#define __rounddown_pow_of_two(n) rounddown_pow_of_two(n)
static inline __attribute_const__ int bits_per(unsigned long n)
{
    return n < 2 ? 1 : (int)(BITS_PER_LONG - __builtin_clzl(n));
}
