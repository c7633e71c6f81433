/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
struct polynomial_term {
    unsigned int deg;
    long coef;
    long divider;
    long divider_leftover;
};
struct polynomial {
    long total_divider;
    struct polynomial_term terms[];
};
ASHLAR_BEGIN_C
long polynomial_calc(const struct polynomial *polynomial, long data);
ASHLAR_END_C
