/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/math.h>
ASHLAR_BEGIN_C
unsigned long lcm_not_zero(unsigned long a, unsigned long b);
ASHLAR_END_C
