/* SPDX-License-Identifier: MIT */
/*
 * References counted per CPU until they are killed, then in one atomic count. The lowest bits of
 * percpu_count_ptr say which: 1 atomic, 2 dead.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
struct percpu_ref;
typedef void(percpu_ref_func_t)(struct percpu_ref *ref);
enum {
    __PERCPU_REF_ATOMIC = 1 << 0,
    __PERCPU_REF_DEAD = 1 << 1,
    __PERCPU_REF_ATOMIC_DEAD = 3,
    __PERCPU_REF_FLAG_BITS = 2
};
enum { PERCPU_REF_INIT_ATOMIC = 1 << 0, PERCPU_REF_INIT_DEAD = 1 << 1, PERCPU_REF_ALLOW_REINIT = 1 << 2 };
struct percpu_ref_data {
    atomic_long_t count;
    percpu_ref_func_t *release;
    percpu_ref_func_t *confirm_switch;
    bool force_atomic : 1;
    bool allow_reinit : 1;
    struct rcu_head rcu;
    struct percpu_ref *ref;
};
struct percpu_ref {
    unsigned long percpu_count_ptr;
    struct percpu_ref_data *data;
};
ASHLAR_BEGIN_C
int __must_check percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags, gfp_t gfp);
void percpu_ref_exit(struct percpu_ref *ref);
void percpu_ref_switch_to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm_switch);
void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref);
void percpu_ref_switch_to_percpu(struct percpu_ref *ref);
void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm_kill);
void percpu_ref_resurrect(struct percpu_ref *ref);
void percpu_ref_reinit(struct percpu_ref *ref);
bool percpu_ref_is_zero(struct percpu_ref *ref);
ASHLAR_END_C
static inline void percpu_ref_kill(struct percpu_ref *ref) { percpu_ref_kill_and_confirm(ref, NULL); }
static inline bool __ref_is_percpu(struct percpu_ref *ref, unsigned long __percpu **counts)
{
    unsigned long word = READ_ONCE(ref->percpu_count_ptr);
    *counts = (unsigned long __percpu *)word;
    return !(word & __PERCPU_REF_ATOMIC_DEAD);
}
static inline bool percpu_ref_is_dying(struct percpu_ref *ref)
{
    return (ref->percpu_count_ptr & __PERCPU_REF_DEAD) != 0;
}
/* A reader section spans the look and the change: killing waits for it. */
static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long n)
{
    unsigned long __percpu *counts;
    rcu_read_lock();
    if (__ref_is_percpu(ref, &counts))
        this_cpu_add(*counts, n);
    else
        atomic_long_add((long)n, &ref->data->count);
    rcu_read_unlock();
}
static inline bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long n)
{
    unsigned long __percpu *counts;
    bool got = true;
    rcu_read_lock();
    if (__ref_is_percpu(ref, &counts))
        this_cpu_add(*counts, n);
    else
        got = atomic_long_add_unless(&ref->data->count, (long)n, 0);
    rcu_read_unlock();
    return got;
}
static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
    unsigned long __percpu *counts;
    if (__ref_is_percpu(ref, &counts)) {
        this_cpu_inc(*counts);
        return true;
    }
    return !(ref->percpu_count_ptr & __PERCPU_REF_DEAD) && atomic_long_inc_not_zero(&ref->data->count);
}
static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
    bool got;
    rcu_read_lock();
    got = percpu_ref_tryget_live_rcu(ref);
    rcu_read_unlock();
    return got;
}
static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long n)
{
    unsigned long __percpu *counts;
    rcu_read_lock();
    if (__ref_is_percpu(ref, &counts))
        this_cpu_sub(*counts, n);
    else if (unlikely(atomic_long_sub_and_test((long)n, &ref->data->count)))
        ref->data->release(ref);
    rcu_read_unlock();
}
static inline void percpu_ref_get(struct percpu_ref *ref) { percpu_ref_get_many(ref, 1); }
static inline bool percpu_ref_tryget(struct percpu_ref *ref) { return percpu_ref_tryget_many(ref, 1); }
static inline void percpu_ref_put(struct percpu_ref *ref) { percpu_ref_put_many(ref, 1); }
