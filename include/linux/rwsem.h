/* SPDX-License-Identifier: MIT */
/* Readers and one writer that may sleep. A waiting writer keeps new readers out. */
#pragma once
#include <linux/kconfig.h>
#include <linux/lockdep.h>
#include <linux/types.h>

struct rw_semaphore {
    u32 readers; /* 0x80000000: a writer holds it */
    u32 waiting_writers;
    u32 turn; /* changes whenever a waiter should look again */
};
#define __RWSEM_INITIALIZER(name) \
    {                             \
        0, 0, 0                   \
    }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)
ASHLAR_BEGIN_C
void down_read(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);
ASHLAR_END_C
static inline void init_rwsem(struct rw_semaphore *sem)
{
    sem->readers = 0;
    sem->waiting_writers = 0;
    sem->turn = 0;
}
static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
    return __atomic_load_n(&sem->readers, __ATOMIC_RELAXED) != 0;
}
static inline int rwsem_is_contended(struct rw_semaphore *sem)
{
    return __atomic_load_n(&sem->waiting_writers, __ATOMIC_RELAXED) != 0;
}
static inline int __must_check down_read_interruptible(struct rw_semaphore *sem)
{
    down_read(sem);
    return 0;
}
static inline int __must_check down_read_killable(struct rw_semaphore *sem)
{
    down_read(sem);
    return 0;
}
static inline int __must_check down_write_killable(struct rw_semaphore *sem)
{
    down_write(sem);
    return 0;
}
#define down_read_nested(sem, subclass) down_read(sem)
#define down_write_nested(sem, subclass) down_write(sem)
#define down_write_nest_lock(sem, nest) down_write(sem)
