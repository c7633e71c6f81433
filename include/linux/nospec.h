/* SPDX-License-Identifier: MIT */
/* Bounds that hold for a processor that guesses: all ones when index < size, else zero. */
#pragma once
#include <linux/kconfig.h>
#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/types.h>
static inline unsigned long array_index_mask_nospec(unsigned long index, unsigned long size)
{
    OPTIMIZER_HIDE_VAR(index);
    return (unsigned long)(~(long)(index | (size - 1UL - index)) >> (BITS_PER_LONG - 1));
}
#define array_index_nospec(index, size)                                                                          \
    ({                                                                                                           \
        __typeof__(index) ashlar_index = (index);                                                                \
        unsigned long ashlar_mask = array_index_mask_nospec((unsigned long)ashlar_index, (unsigned long)(size)); \
        (__typeof__(ashlar_index))(ashlar_index & ashlar_mask);                                                  \
    })
#define barrier_nospec() barrier()
