/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/math.h>

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
    *rest = (u32)(n % d);
    return n / d;
}
static inline u64 div64_u64_rem(u64 n, u64 d, u64 *rest)
{
    *rest = n % d;
    return n / d;
}
static inline u64 div64_u64(u64 n, u64 d) { return n / d; }
static inline s64 div64_s64(s64 n, s64 d) { return n / d; }
static inline u64 div_u64(u64 n, u32 d) { return n / d; }
static inline s64 div_s64_rem(s64 n, s32 d, s32 *rest)
{
    *rest = (s32)(n % d);
    return n / d;
}
static inline s64 div_s64(s64 n, s32 d) { return n / d; }
#define div64_long(n, d) div64_s64((n), (d))
#define div64_ul(n, d) div64_u64((n), (d))
#define do_div(n, d)                                        \
    ({                                                      \
        u32 ashlar_divisor = (u32)(d);                      \
        u32 ashlar_rest = (u32)((u64)(n) % ashlar_divisor); \
        (n) = (u64)(n) / ashlar_divisor;                    \
        ashlar_rest;                                        \
    })
static inline u64 mul_u32_u32(u32 a, u32 b) { return (u64)a * b; }
static inline u64 mul_u64_u32_shr(u64 a, u32 b, unsigned int shift) { return (u64)(((u128)a * b) >> shift); }
static inline u64 mul_u64_u64_shr(u64 a, u64 b, unsigned int shift) { return (u64)(((u128)a * b) >> shift); }
static inline u64 mul_u64_u32_div(u64 a, u32 b, u32 d) { return (u64)((u128)a * b / d); }
static inline u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 d) { return (u64)((u128)a * b / d); }
#define DIV64_U64_ROUND_UP(n, d) div64_u64((n) + (d)-1, (d))
#define DIV64_U64_ROUND_CLOSEST(n, d) div64_u64((n) + ((d) / 2), (d))
