/* SPDX-License-Identifier: MIT */
/* A count of references that saturates instead of wrapping and reports the attempt. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/spinlock_types.h>

typedef struct refcount_struct {
    atomic_t refs;
} refcount_t;
#define REFCOUNT_INIT(n) \
    {                    \
        ATOMIC_INIT(n)   \
    }
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)
enum refcount_saturation_type {
    REFCOUNT_ADD_NOT_ZERO_OVF,
    REFCOUNT_ADD_OVF,
    REFCOUNT_ADD_UAF,
    REFCOUNT_SUB_UAF,
    REFCOUNT_DEC_LEAK,
};
struct mutex;
ASHLAR_BEGIN_C
__cold void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type kind);
bool __must_check refcount_dec_if_one(refcount_t *r);
bool __must_check refcount_dec_not_one(refcount_t *r);
bool __must_check refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock);
bool __must_check refcount_dec_and_lock(refcount_t *r, spinlock_t *lock);
bool __must_check refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags);
ASHLAR_END_C
static inline void refcount_set(refcount_t *r, int n) { atomic_set(&r->refs, n); }
static inline unsigned int refcount_read(const refcount_t *r) { return (unsigned int)atomic_read(&r->refs); }
static inline bool __must_check refcount_add_not_zero(int n, refcount_t *r)
{
    int old = atomic_read(&r->refs);
    do {
        if (!old) return false;
    } while (!atomic_try_cmpxchg_relaxed(&r->refs, &old, old + n));
    if (unlikely(old < 0 || old + n < 0)) refcount_warn_saturate(r, REFCOUNT_ADD_NOT_ZERO_OVF);
    return true;
}
static inline void refcount_add(int n, refcount_t *r)
{
    int old = atomic_fetch_add_relaxed(n, &r->refs);
    if (unlikely(!old))
        refcount_warn_saturate(r, REFCOUNT_ADD_UAF);
    else if (unlikely(old < 0 || old + n < 0))
        refcount_warn_saturate(r, REFCOUNT_ADD_OVF);
}
static inline bool __must_check refcount_inc_not_zero(refcount_t *r) { return refcount_add_not_zero(1, r); }
static inline void refcount_inc(refcount_t *r) { refcount_add(1, r); }
static inline bool __must_check refcount_sub_and_test(int n, refcount_t *r)
{
    int old = atomic_fetch_sub_release(n, &r->refs);
    if (old == n) {
        smp_acquire__after_ctrl_dep();
        return true;
    }
    if (unlikely(old <= 0 || old - n < 0)) refcount_warn_saturate(r, REFCOUNT_SUB_UAF);
    return false;
}
static inline bool __must_check refcount_dec_and_test(refcount_t *r) { return refcount_sub_and_test(1, r); }
static inline void refcount_dec(refcount_t *r)
{
    if (unlikely(atomic_fetch_sub_release(1, &r->refs) <= 1)) refcount_warn_saturate(r, REFCOUNT_DEC_LEAK);
}
