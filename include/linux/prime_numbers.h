/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
bool is_prime_number(unsigned long x);
unsigned long next_prime_number(unsigned long x);
ASHLAR_END_C
#define for_each_prime_number(prime, most) for_each_prime_number_from((prime), 2, (most))
#define for_each_prime_number_from(prime, from, most) \
    for (prime = (from); prime <= (most); prime = next_prime_number(prime))
