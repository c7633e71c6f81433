/* SPDX-License-Identifier: MIT */
/* A counter that CPUs change in private until a batch is due. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#define PERCPU_COUNTER_LOCAL_BATCH INT_MAX
struct percpu_counter {
    raw_spinlock_t lock;
    s64 count;
    s32 __percpu *counters;
};
ASHLAR_BEGIN_C
extern int percpu_counter_batch;
int __percpu_counter_init(struct percpu_counter *counter, s64 amount, gfp_t flags, struct lock_class_key *key);
void percpu_counter_destroy(struct percpu_counter *counter);
void percpu_counter_set(struct percpu_counter *counter, s64 amount);
void percpu_counter_add_batch(struct percpu_counter *counter, s64 amount, s32 batch);
s64 __percpu_counter_sum(struct percpu_counter *counter);
int __percpu_counter_compare(struct percpu_counter *counter, s64 other, s32 batch);
void percpu_counter_sync(struct percpu_counter *counter);
ASHLAR_END_C
#define percpu_counter_init(counter, value, flags) __percpu_counter_init(counter, value, flags, NULL)
static inline int percpu_counter_compare(struct percpu_counter *counter, s64 other)
{
    return __percpu_counter_compare(counter, other, percpu_counter_batch);
}
static inline void percpu_counter_add(struct percpu_counter *counter, s64 amount)
{
    percpu_counter_add_batch(counter, amount, percpu_counter_batch);
}
static inline void percpu_counter_add_local(struct percpu_counter *counter, s64 amount)
{
    percpu_counter_add_batch(counter, amount, PERCPU_COUNTER_LOCAL_BATCH);
}
static inline s64 percpu_counter_sum(struct percpu_counter *counter) { return __percpu_counter_sum(counter); }
static inline s64 percpu_counter_sum_positive(struct percpu_counter *counter)
{
    s64 sum = __percpu_counter_sum(counter);
    return sum > 0 ? sum : 0;
}
static inline s64 percpu_counter_read(struct percpu_counter *counter) { return counter->count; }
static inline s64 percpu_counter_read_positive(struct percpu_counter *counter)
{
    s64 count = READ_ONCE(counter->count);
    return count > 0 ? count : 0;
}
static inline bool percpu_counter_initialized(struct percpu_counter *counter) { return counter->counters != NULL; }
static inline void percpu_counter_inc(struct percpu_counter *counter) { percpu_counter_add(counter, 1); }
static inline void percpu_counter_dec(struct percpu_counter *counter) { percpu_counter_add(counter, -1); }
static inline void percpu_counter_sub(struct percpu_counter *counter, s64 amount)
{
    percpu_counter_add(counter, -amount);
}
static inline void percpu_counter_sub_local(struct percpu_counter *counter, s64 amount)
{
    percpu_counter_add_local(counter, -amount);
}
