/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
void sort_r(void *base, size_t count, size_t size, cmp_r_func_t compare, swap_r_func_t swap_elements, const void *priv);
void sort(void *base, size_t count, size_t size, cmp_func_t compare, swap_func_t swap_elements);
ASHLAR_END_C
