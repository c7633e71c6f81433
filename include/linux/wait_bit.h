/* SPDX-License-Identifier: MIT */
/* Waiting for a bit, or for a variable, that has no queue of its own: all such waiters share one. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/wait.h>
ASHLAR_BEGIN_C
extern struct wait_queue_head ashlar_shared_queue;
ASHLAR_END_C
/* The bit is clear, the variable changed: whoever says so has made it visible. */
#define wake_up_var(variable) ((void)(variable), smp_mb(), (void)wake_up_all(&ashlar_shared_queue))
#define wake_up_bit(word, bit) ((void)(word), (void)(bit), smp_mb(), (void)wake_up_all(&ashlar_shared_queue))
#define wait_var_event(variable, condition)         \
    do {                                            \
        (void)(variable);                           \
        wait_event(ashlar_shared_queue, condition); \
    } while (0)
#define wait_var_event_killable(variable, condition) \
    ((void)(variable), wait_event_killable(ashlar_shared_queue, condition))
#define wait_var_event_interruptible(variable, condition) \
    ((void)(variable), wait_event_interruptible(ashlar_shared_queue, condition))
#define wait_var_event_timeout(variable, condition, timeout) \
    ((void)(variable), wait_event_timeout(ashlar_shared_queue, condition, timeout))
static inline void clear_and_wake_up_bit(int bit, void *word)
{
    clear_bit_unlock(bit, (unsigned long *)word);
    smp_mb__after_atomic();
    wake_up_bit(word, bit);
}
static inline int wait_on_bit(unsigned long *word, int bit, unsigned mode)
{
    (void)mode;
    wait_event(ashlar_shared_queue, !test_bit(bit, word));
    return 0;
}
#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)
static inline int wait_on_bit_lock(unsigned long *word, int bit, unsigned mode)
{
    (void)mode;
    wait_event(ashlar_shared_queue, !test_and_set_bit(bit, word));
    return 0;
}
static inline int wait_on_bit_timeout(unsigned long *word, int bit, unsigned mode, unsigned long timeout)
{
    (void)mode;
    return wait_event_timeout(ashlar_shared_queue, !test_bit(bit, word), (long)timeout) ? 0 : -EAGAIN;
}
