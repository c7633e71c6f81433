/* SPDX-License-Identifier: MIT */
/* One atomic count: correct, without the per-CPU speed. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *ref);
struct percpu_ref {
    atomic_long_t count;
    percpu_ref_func_t *release;
    bool dead;
};
enum { PERCPU_REF_INIT_ATOMIC = 1, PERCPU_REF_INIT_DEAD = 2, PERCPU_REF_ALLOW_REINIT = 4 };
static inline int __must_check percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
                                               unsigned int flags, gfp_t gfp)
{
    (void)gfp;
    atomic_long_set(&ref->count, (flags & PERCPU_REF_INIT_DEAD) ? 0 : 1);
    ref->release = release;
    ref->dead = (flags & PERCPU_REF_INIT_DEAD) != 0;
    return 0;
}
static inline void percpu_ref_exit(struct percpu_ref *ref) { (void)ref; }
static inline void percpu_ref_get(struct percpu_ref *ref) { atomic_long_inc(&ref->count); }
static inline bool percpu_ref_tryget(struct percpu_ref *ref) { return atomic_long_inc_not_zero(&ref->count); }
static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
    return !READ_ONCE(ref->dead) && percpu_ref_tryget(ref);
}
static inline void percpu_ref_put(struct percpu_ref *ref)
{
    if (atomic_long_dec_and_test(&ref->count)) ref->release(ref);
}
static inline void percpu_ref_kill(struct percpu_ref *ref)
{
    WRITE_ONCE(ref->dead, true);
    percpu_ref_put(ref);
}
static inline bool percpu_ref_is_dying(struct percpu_ref *ref) { return READ_ONCE(ref->dead); }
static inline bool percpu_ref_is_zero(struct percpu_ref *ref) { return atomic_long_read(&ref->count) == 0; }
