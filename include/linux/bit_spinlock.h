/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/preempt.h>
#include <linux/processor.h>

static inline void bit_spin_lock(int bit, unsigned long *word)
{
    preempt_disable();
    while (test_and_set_bit_lock(bit, word)) {
        preempt_enable();
        do cpu_relax();
        while (test_bit(bit, word));
        preempt_disable();
    }
}
static inline int bit_spin_trylock(int bit, unsigned long *word)
{
    preempt_disable();
    if (!test_and_set_bit_lock(bit, word)) return 1;
    preempt_enable();
    return 0;
}
static inline void bit_spin_unlock(int bit, unsigned long *word)
{
    clear_bit_unlock(bit, word);
    preempt_enable();
}
#define __bit_spin_unlock(bit, word) bit_spin_unlock(bit, word)
static inline int bit_spin_is_locked(int bit, unsigned long *word) { return test_bit(bit, word); }
