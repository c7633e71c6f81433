/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/wait.h>

struct semaphore {
    u32 count;
    struct wait_queue_head wait;
};
#define __SEMAPHORE_INITIALIZER(name, n)                \
    {                                                   \
        (n), __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) \
    }
/* DEFINE_SEMAPHORE(name), and DEFINE_SEMAPHORE(name, count) as it is since 6.4. */
#define ASHLAR_SEMAPHORE(name, count, ...) struct semaphore name = __SEMAPHORE_INITIALIZER(name, count)
#define DEFINE_SEMAPHORE(...) ASHLAR_SEMAPHORE(__VA_ARGS__, 1, )
static inline void sema_init(struct semaphore *sem, int value)
{
    sem->count = (u32)value;
    init_waitqueue_head(&sem->wait);
}
ASHLAR_BEGIN_C
void down(struct semaphore *sem);
int __must_check down_trylock(struct semaphore *sem);
int __must_check down_timeout(struct semaphore *sem, long timeout);
void up(struct semaphore *sem);
ASHLAR_END_C
static inline int __must_check down_interruptible(struct semaphore *sem)
{
    down(sem);
    return 0;
}
static inline int __must_check down_killable(struct semaphore *sem)
{
    down(sem);
    return 0;
}
