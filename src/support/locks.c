// Locks that sleep: mutex and rwsem.
//
// The mutex is the futex lock of three states: free, held, held with sleepers.
// The rwsem counts readers in one word; writers announce themselves, and no new
// reader enters while one waits. `turn` moves when a waiter should look again.

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/sched.h>

enum { FREE, HELD, CONTENDED };

int mutex_trylock(struct mutex *lock)
{
    u32 free = FREE;
    if (!__atomic_compare_exchange_n(&lock->state, &free, HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return 0;
    __atomic_store_n(&lock->owner, current, __ATOMIC_RELAXED);
    return 1;
}

void mutex_lock(struct mutex *lock)
{
    ashlar_might_sleep("mutex_lock", __FILE__, __LINE__);
    if (mutex_trylock(lock)) return;
    BUG_ON(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == current);
    while (__atomic_exchange_n(&lock->state, CONTENDED, __ATOMIC_ACQUIRE) != FREE)
        ashlar_port_wait(&lock->state, CONTENDED, U64_MAX);
    __atomic_store_n(&lock->owner, current, __ATOMIC_RELAXED);
}

void mutex_unlock(struct mutex *lock)
{
    WARN_ON(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != current);
    __atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
    if (__atomic_exchange_n(&lock->state, FREE, __ATOMIC_RELEASE) == CONTENDED) ashlar_port_wake(&lock->state, 1);
}

bool mutex_is_locked(struct mutex *lock) { return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) != FREE; }

#define WRITER 0x80000000u

static void look_again(struct rw_semaphore *sem)
{
    __atomic_fetch_add(&sem->turn, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(&sem->turn, INT_MAX);
}

int down_read_trylock(struct rw_semaphore *sem)
{
    u32 seen = __atomic_load_n(&sem->readers, __ATOMIC_RELAXED);
    if (__atomic_load_n(&sem->waiting_writers, __ATOMIC_SEQ_CST)) return 0;
    while (!(seen & WRITER)) {
        if (__atomic_compare_exchange_n(&sem->readers, &seen, seen + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return 1;
    }
    return 0;
}

void down_read(struct rw_semaphore *sem)
{
    ashlar_might_sleep("down_read", __FILE__, __LINE__);
    for (;;) {
        u32 turn = __atomic_load_n(&sem->turn, __ATOMIC_SEQ_CST);
        if (down_read_trylock(sem)) return;
        ashlar_port_wait(&sem->turn, turn, U64_MAX);
    }
}

void up_read(struct rw_semaphore *sem)
{
    if (__atomic_sub_fetch(&sem->readers, 1, __ATOMIC_SEQ_CST) == 0 &&
        __atomic_load_n(&sem->waiting_writers, __ATOMIC_SEQ_CST))
        look_again(sem);
}

int down_write_trylock(struct rw_semaphore *sem)
{
    u32 free = 0;
    return __atomic_compare_exchange_n(&sem->readers, &free, WRITER, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

void down_write(struct rw_semaphore *sem)
{
    ashlar_might_sleep("down_write", __FILE__, __LINE__);
    if (down_write_trylock(sem)) return;
    __atomic_fetch_add(&sem->waiting_writers, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        u32 turn = __atomic_load_n(&sem->turn, __ATOMIC_SEQ_CST);
        if (down_write_trylock(sem)) break;
        ashlar_port_wait(&sem->turn, turn, U64_MAX);
    }
    __atomic_fetch_sub(&sem->waiting_writers, 1, __ATOMIC_SEQ_CST);
}

void up_write(struct rw_semaphore *sem)
{
    __atomic_store_n(&sem->readers, 0, __ATOMIC_SEQ_CST);
    look_again(sem);
}

void downgrade_write(struct rw_semaphore *sem)
{
    __atomic_store_n(&sem->readers, 1, __ATOMIC_SEQ_CST);
    look_again(sem);
}

/* ---- reference counts ------------------------------------------------------------------------ */

void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type kind)
{
    static const char *const text[] = {
        [REFCOUNT_ADD_NOT_ZERO_OVF] = "saturated; leaking memory", [REFCOUNT_ADD_OVF] = "saturated; leaking memory",
        [REFCOUNT_ADD_UAF] = "addition on 0; use-after-free",      [REFCOUNT_SUB_UAF] = "underflow; use-after-free",
        [REFCOUNT_DEC_LEAK] = "decrement hit 0; leaking memory",
    };
    refcount_set(r, REFCOUNT_SATURATED);
    WARN_ONCE(1, "refcount_t: %s.\n", text[kind]);
}

bool refcount_dec_if_one(refcount_t *r)
{
    int one = 1;
    return atomic_try_cmpxchg_release(&r->refs, &one, 0);
}

bool refcount_dec_not_one(refcount_t *r)
{
    int old = atomic_read(&r->refs);
    do {
        if (old == REFCOUNT_SATURATED) return true;
        if (old == 1) return false;
        if (WARN_ONCE(old <= 0, "refcount_t: underflow; use-after-free.\n")) return true;
    } while (!atomic_try_cmpxchg_release(&r->refs, &old, old - 1));
    return true;
}

bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
    if (refcount_dec_not_one(r)) return false;
    mutex_lock(lock);
    if (refcount_dec_and_test(r)) return true;
    mutex_unlock(lock);
    return false;
}

bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
    if (refcount_dec_not_one(r)) return false;
    spin_lock(lock);
    if (refcount_dec_and_test(r)) return true;
    spin_unlock(lock);
    return false;
}

bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags)
{
    if (refcount_dec_not_one(r)) return false;
    spin_lock_irqsave(lock, *flags);
    if (refcount_dec_and_test(r)) return true;
    spin_unlock_irqrestore(lock, *flags);
    return false;
}
