/* SPDX-License-Identifier: MIT */
/*
 * atomic_t, atomic64_t and atomic_long_t over the compiler's atomics. One family macro writes the
 * three sets: plain operations are relaxed, those that return a value come in four orders, of which
 * the unmarked one is a full barrier.
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <linux/processor.h>
#include <linux/types.h>

#define ASHLAR_ATOMIC_FETCH(name, type, raw, op, function, suffix, order)    \
    static __always_inline raw name##_fetch_##op##suffix(raw value, type *v) \
    {                                                                        \
        return __atomic_fetch_##function(&v->counter, value, order);         \
    }
#define ASHLAR_ATOMIC_RETURN(name, type, raw, op, function, suffix, order)      \
    static __always_inline raw name##_##op##_return##suffix(raw value, type *v) \
    {                                                                           \
        return __atomic_##function##_fetch(&v->counter, value, order);          \
    }
#define ASHLAR_FOUR_ORDERS(maker, name, type, raw, op, function)             \
    maker(name, type, raw, op, function, , __ATOMIC_SEQ_CST)                 \
        maker(name, type, raw, op, function, _relaxed, __ATOMIC_RELAXED)     \
            maker(name, type, raw, op, function, _acquire, __ATOMIC_ACQUIRE) \
                maker(name, type, raw, op, function, _release, __ATOMIC_RELEASE)
#define ASHLAR_ATOMIC_VOID(name, type, raw, op, function)                \
    static __always_inline void name##_##op(raw value, type *v)          \
    {                                                                    \
        __atomic_fetch_##function(&v->counter, value, __ATOMIC_RELAXED); \
    }
/* inc and dec: no value argument. */
#define ASHLAR_ATOMIC_ONE(name, type, raw, op, function, suffix, order) \
    static __always_inline raw name##_##op##_return##suffix(type *v)    \
    {                                                                   \
        return __atomic_##function##_fetch(&v->counter, (raw)1, order); \
    }                                                                   \
    static __always_inline raw name##_fetch_##op##suffix(type *v)       \
    {                                                                   \
        return __atomic_fetch_##function(&v->counter, (raw)1, order);   \
    }
#define ASHLAR_ATOMIC_EXCHANGE(name, type, raw, op, function, suffix, order)                     \
    static __always_inline raw name##_xchg##suffix(type *v, raw value)                           \
    {                                                                                            \
        return __atomic_exchange_n(&v->counter, value, order);                                   \
    }                                                                                            \
    static __always_inline raw name##_cmpxchg##suffix(type *v, raw old, raw fresh)               \
    {                                                                                            \
        __atomic_compare_exchange_n(&v->counter, &old, fresh, 0, order, __ATOMIC_RELAXED);       \
        return old;                                                                              \
    }                                                                                            \
    static __always_inline bool name##_try_cmpxchg##suffix(type *v, raw *old, raw fresh)         \
    {                                                                                            \
        return __atomic_compare_exchange_n(&v->counter, old, fresh, 0, order, __ATOMIC_RELAXED); \
    }

#define ASHLAR_ATOMIC(name, type, raw)                                                                               \
    static __always_inline raw name##_read(const type *v) { return __atomic_load_n(&v->counter, __ATOMIC_RELAXED); } \
    static __always_inline raw name##_read_acquire(const type *v)                                                    \
    {                                                                                                                \
        return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                                                       \
    }                                                                                                                \
    static __always_inline void name##_set(type *v, raw value)                                                       \
    {                                                                                                                \
        __atomic_store_n(&v->counter, value, __ATOMIC_RELAXED);                                                      \
    }                                                                                                                \
    static __always_inline void name##_set_release(type *v, raw value)                                               \
    {                                                                                                                \
        __atomic_store_n(&v->counter, value, __ATOMIC_RELEASE);                                                      \
    }                                                                                                                \
    ASHLAR_ATOMIC_VOID(name, type, raw, add, add)                                                                    \
    ASHLAR_ATOMIC_VOID(name, type, raw, sub, sub)                                                                    \
    ASHLAR_ATOMIC_VOID(name, type, raw, or, or)                                                                      \
    ASHLAR_ATOMIC_VOID(name, type, raw, and, and)                                                                    \
    ASHLAR_ATOMIC_VOID(name, type, raw, xor, xor)                                                                    \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_FETCH, name, type, raw, add, add)                                               \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_FETCH, name, type, raw, sub, sub)                                               \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_FETCH, name, type, raw, or, or)                                                 \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_FETCH, name, type, raw, and, and)                                               \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_FETCH, name, type, raw, xor, xor)                                               \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_RETURN, name, type, raw, add, add)                                              \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_RETURN, name, type, raw, sub, sub)                                              \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_ONE, name, type, raw, inc, add)                                                 \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_ONE, name, type, raw, dec, sub)                                                 \
    ASHLAR_FOUR_ORDERS(ASHLAR_ATOMIC_EXCHANGE, name, type, raw, , )                                                  \
    static __always_inline void name##_inc(type *v) { name##_add(1, v); }                                            \
    static __always_inline void name##_dec(type *v) { name##_sub(1, v); }                                            \
    static __always_inline void name##_andnot(raw bits, type *v) { name##_and(~bits, v); }                           \
    static __always_inline raw name##_fetch_andnot(raw bits, type *v) { return name##_fetch_and(~bits, v); }         \
    static __always_inline raw name##_fetch_andnot_relaxed(raw bits, type *v)                                        \
    {                                                                                                                \
        return name##_fetch_and_relaxed(~bits, v);                                                                   \
    }                                                                                                                \
    static __always_inline raw name##_fetch_andnot_acquire(raw bits, type *v)                                        \
    {                                                                                                                \
        return name##_fetch_and_acquire(~bits, v);                                                                   \
    }                                                                                                                \
    static __always_inline raw name##_fetch_andnot_release(raw bits, type *v)                                        \
    {                                                                                                                \
        return name##_fetch_and_release(~bits, v);                                                                   \
    }                                                                                                                \
    static __always_inline bool name##_sub_and_test(raw value, type *v) { return name##_sub_return(value, v) == 0; } \
    static __always_inline bool name##_dec_and_test(type *v) { return name##_dec_return(v) == 0; }                   \
    static __always_inline bool name##_inc_and_test(type *v) { return name##_inc_return(v) == 0; }                   \
    static __always_inline bool name##_add_negative(raw value, type *v) { return name##_add_return(value, v) < 0; }  \
    static __always_inline raw name##_fetch_add_unless(type *v, raw value, raw unless)                               \
    {                                                                                                                \
        raw seen = name##_read(v);                                                                                   \
        while (seen != unless && !name##_try_cmpxchg(v, &seen, seen + value)) {}                                     \
        return seen;                                                                                                 \
    }                                                                                                                \
    static __always_inline bool name##_add_unless(type *v, raw value, raw unless)                                    \
    {                                                                                                                \
        return name##_fetch_add_unless(v, value, unless) != unless;                                                  \
    }                                                                                                                \
    static __always_inline bool name##_inc_not_zero(type *v) { return name##_add_unless(v, 1, 0); }                  \
    static __always_inline bool name##_inc_unless_negative(type *v)                                                  \
    {                                                                                                                \
        raw seen = name##_read(v);                                                                                   \
        do {                                                                                                         \
            if (seen < 0) return false;                                                                              \
        } while (!name##_try_cmpxchg(v, &seen, seen + 1));                                                           \
        return true;                                                                                                 \
    }                                                                                                                \
    static __always_inline bool name##_dec_unless_positive(type *v)                                                  \
    {                                                                                                                \
        raw seen = name##_read(v);                                                                                   \
        do {                                                                                                         \
            if (seen > 0) return false;                                                                              \
        } while (!name##_try_cmpxchg(v, &seen, seen - 1));                                                           \
        return true;                                                                                                 \
    }                                                                                                                \
    static __always_inline raw name##_dec_if_positive(type *v)                                                       \
    {                                                                                                                \
        raw seen = name##_read(v);                                                                                   \
        do {                                                                                                         \
            if (seen <= 0) break;                                                                                    \
        } while (!name##_try_cmpxchg(v, &seen, seen - 1));                                                           \
        return seen - 1;                                                                                             \
    }

ASHLAR_ATOMIC(atomic, atomic_t, int)
ASHLAR_ATOMIC(atomic64, atomic64_t, s64)
typedef struct {
    long counter;
} atomic_long_t;
#define ATOMIC_LONG_INIT(value) \
    {                           \
        (value)                 \
    }
ASHLAR_ATOMIC(atomic_long, atomic_long_t, long)

#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))
#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
