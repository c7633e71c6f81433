/* SPDX-License-Identifier: MIT */
/* Linux's barriers by the compiler's fences: exact on every processor the compiler knows. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>

#define mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define smp_mb() mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#define smp_mb__before_atomic() mb()
#define smp_mb__after_atomic() mb()
#define smp_mb__after_spinlock() mb()
#define smp_mb__after_unlock_lock() mb()
#define smp_acquire__after_ctrl_dep() rmb()
#define read_barrier_depends() ((void)0)
#define smp_read_barrier_depends() ((void)0)
#define smp_store_mb(variable, value) \
    do {                              \
        WRITE_ONCE(variable, value);  \
        smp_mb();                     \
    } while (0)
#define smp_store_release(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELEASE)
#define smp_load_acquire(pointer) __atomic_load_n((pointer), __ATOMIC_ACQUIRE)
#define smp_cond_load_relaxed(pointer, condition)                      \
    ({                                                                 \
        __typeof__(*(pointer)) VAL;                                    \
        while (VAL = READ_ONCE(*(pointer)), !(condition)) cpu_relax(); \
        VAL;                                                           \
    })
#define smp_cond_load_acquire(pointer, condition)                                       \
    ({                                                                                  \
        __typeof__(*(pointer)) ashlar_seen = smp_cond_load_relaxed(pointer, condition); \
        rmb();                                                                          \
        ashlar_seen;                                                                    \
    })
