/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
typedef int
    __attribute__((nonnull(2, 3))) (*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);
ASHLAR_BEGIN_C
/* Stable merge sort. */
__attribute__((nonnull(2, 3))) void list_sort(void *priv, struct list_head *head, list_cmp_func_t compare);
ASHLAR_END_C
