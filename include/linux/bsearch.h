/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
static __always_inline void *__inline_bsearch(const void *key, const void *base, size_t count, size_t size,
                                              cmp_func_t compare)
{
    const char *low = (const char *)base;
    while (count) {
        const char *middle = low + (count / 2) * size;
        int order = compare(key, middle);
        if (order == 0) return (void *)middle;
        if (order > 0) {
            low = middle + size;
            count--;
        }
        count /= 2;
    }
    return NULL;
}
ASHLAR_BEGIN_C
void *bsearch(const void *key, const void *base, size_t count, size_t size, cmp_func_t compare);
ASHLAR_END_C
