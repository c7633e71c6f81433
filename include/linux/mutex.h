/* SPDX-License-Identifier: MIT */
/* 0 free, 1 held, 2 held with waiters; `owner` is the holding task. */
#pragma once
#include <linux/kconfig.h>
#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

struct task_struct;
struct mutex {
    u32 state;
    struct task_struct *owner;
};
#define __MUTEX_INITIALIZER(name) \
    {                             \
        0, NULL                   \
    }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
ASHLAR_BEGIN_C
void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);
ASHLAR_END_C
static inline void mutex_init(struct mutex *lock)
{
    lock->state = 0;
    lock->owner = NULL;
}
static inline void mutex_destroy(struct mutex *lock) { (void)lock; }
static inline int __must_check mutex_lock_interruptible(struct mutex *lock)
{
    mutex_lock(lock);
    return 0;
}
static inline int __must_check mutex_lock_killable(struct mutex *lock)
{
    mutex_lock(lock);
    return 0;
}
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_nest_lock(lock, nest) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_io(lock) mutex_lock(lock)
#ifndef __cplusplus
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
#endif
