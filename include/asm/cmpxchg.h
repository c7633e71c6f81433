/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define ASHLAR_XCHG(pointer, value, order)                                     \
    ({                                                                         \
        __typeof__(*(pointer)) ashlar_fresh = (__typeof__(*(pointer)))(value); \
        __atomic_exchange_n((pointer), ashlar_fresh, order);                   \
    })
#define ASHLAR_CMPXCHG(pointer, old, fresh, order)                                                      \
    ({                                                                                                  \
        __typeof__(*(pointer)) ashlar_seen = (__typeof__(*(pointer)))(old);                             \
        __atomic_compare_exchange_n((pointer), &ashlar_seen, (__typeof__(*(pointer)))(fresh), 0, order, \
                                    __ATOMIC_RELAXED);                                                  \
        ashlar_seen;                                                                                    \
    })
#define ASHLAR_TRY_CMPXCHG(pointer, old, fresh, order) \
    __atomic_compare_exchange_n((pointer), (old), (__typeof__(*(pointer)))(fresh), 0, order, __ATOMIC_RELAXED)
#define xchg(pointer, value) ASHLAR_XCHG(pointer, value, __ATOMIC_SEQ_CST)
#define xchg_relaxed(pointer, value) ASHLAR_XCHG(pointer, value, __ATOMIC_RELAXED)
#define xchg_acquire(pointer, value) ASHLAR_XCHG(pointer, value, __ATOMIC_ACQUIRE)
#define xchg_release(pointer, value) ASHLAR_XCHG(pointer, value, __ATOMIC_RELEASE)
#define cmpxchg(pointer, old, fresh) ASHLAR_CMPXCHG(pointer, old, fresh, __ATOMIC_SEQ_CST)
#define cmpxchg_relaxed(pointer, old, fresh) ASHLAR_CMPXCHG(pointer, old, fresh, __ATOMIC_RELAXED)
#define cmpxchg_acquire(pointer, old, fresh) ASHLAR_CMPXCHG(pointer, old, fresh, __ATOMIC_ACQUIRE)
#define cmpxchg_release(pointer, old, fresh) ASHLAR_CMPXCHG(pointer, old, fresh, __ATOMIC_RELEASE)
#define cmpxchg_local(pointer, old, fresh) cmpxchg(pointer, old, fresh)
#define cmpxchg64(pointer, old, fresh) cmpxchg(pointer, old, fresh)
#define cmpxchg64_local(pointer, old, fresh) cmpxchg(pointer, old, fresh)
#define cmpxchg64_relaxed(pointer, old, fresh) cmpxchg_relaxed(pointer, old, fresh)
#define sync_cmpxchg(pointer, old, fresh) cmpxchg(pointer, old, fresh)
#define try_cmpxchg(pointer, old, fresh) ASHLAR_TRY_CMPXCHG(pointer, old, fresh, __ATOMIC_SEQ_CST)
#define try_cmpxchg_relaxed(pointer, old, fresh) ASHLAR_TRY_CMPXCHG(pointer, old, fresh, __ATOMIC_RELAXED)
#define try_cmpxchg_acquire(pointer, old, fresh) ASHLAR_TRY_CMPXCHG(pointer, old, fresh, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(pointer, old, fresh) ASHLAR_TRY_CMPXCHG(pointer, old, fresh, __ATOMIC_RELEASE)
#define try_cmpxchg64(pointer, old, fresh) try_cmpxchg(pointer, old, fresh)
