/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>

/* 0 free, 1 held, also for the raw form. The dep_map member exists for initialisers only. */
typedef struct raw_spinlock {
    u32 held;
} raw_spinlock_t;
typedef struct spinlock {
    struct raw_spinlock rlock;
} spinlock_t;
/* Readers count up from 1; a writer is 0x80000000. */
typedef struct {
    u32 state;
} rwlock_t;
#define __RAW_SPIN_LOCK_UNLOCKED(name) \
    {                                  \
        0                              \
    }
#define __SPIN_LOCK_UNLOCKED(name) \
    {                              \
        {                          \
            0                      \
        }                          \
    }
#define __SPIN_LOCK_INITIALIZER(name) __SPIN_LOCK_UNLOCKED(name)
#define __RW_LOCK_UNLOCKED(name) \
    {                            \
        0                        \
    }
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = __RAW_SPIN_LOCK_UNLOCKED(name)
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RWLOCK(name) rwlock_t name = __RW_LOCK_UNLOCKED(name)
