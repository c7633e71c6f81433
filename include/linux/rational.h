/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
ASHLAR_BEGIN_C
void rational_best_approximation(unsigned long numerator, unsigned long denominator, unsigned long most_numerator,
                                 unsigned long most_denominator, unsigned long *best_numerator,
                                 unsigned long *best_denominator);
ASHLAR_END_C
