/* SPDX-License-Identifier: MIT */
/* Division by a number that is known once and used often, by multiplication. */
#pragma once
#include <linux/kconfig.h>
#include <linux/math64.h>
#include <linux/types.h>
struct reciprocal_value {
    u32 m;
    u8 sh1, sh2;
};
struct reciprocal_value_adv {
    u32 m;
    u8 sh, exp;
    bool is_wide_m;
};
ASHLAR_BEGIN_C
struct reciprocal_value reciprocal_value(u32 d);
struct reciprocal_value_adv reciprocal_value_adv(u32 d, u8 prec);
ASHLAR_END_C
static inline u32 reciprocal_divide(u32 a, struct reciprocal_value r)
{
    u32 t = (u32)(((u64)a * r.m) >> 32);
    return (t + ((a - t) >> r.sh1)) >> r.sh2;
}
