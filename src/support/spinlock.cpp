// Spin locks. The holder runs with preemption off; on a host with fewer cores
// than threads it may still be descheduled, so waiters give way after a while.
// Readers of an rwlock are counted from 1; a writer holds 0x80000000.

#include "port/kernel_context.h"

#include <linux/spinlock.h>

using ashlar::kernel::enter;
using ashlar::kernel::leave;
using ashlar::kernel::peek;
using ashlar::kernel::self;

namespace
{
constexpr u32 kWriter = 0x80000000u;
}

extern "C" {

void _raw_spin_lock(raw_spinlock_t *lock)
{
    enter(self());
    unsigned turns = 0;
    while (__atomic_exchange_n(&lock->held, 1u, __ATOMIC_ACQUIRE) != 0) {
        while (peek(lock->held) != 0) ashlar_port_spin(turns++);
    }
}

int _raw_spin_trylock(raw_spinlock_t *lock)
{
    ashlar::kernel::Context &context = self();
    enter(context);
    if (__atomic_exchange_n(&lock->held, 1u, __ATOMIC_ACQUIRE) == 0) return 1;
    leave(context);
    return 0;
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
    __atomic_store_n(&lock->held, 0u, __ATOMIC_RELEASE);
    leave(self());
}

int _raw_read_trylock(rwlock_t *lock)
{
    ashlar::kernel::Context &context = self();
    enter(context);
    u32 seen = peek(lock->state);
    while ((seen & kWriter) == 0) {
        if (__atomic_compare_exchange_n(&lock->state, &seen, seen + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            return 1;
        }
    }
    leave(context);
    return 0;
}

void _raw_read_lock(rwlock_t *lock)
{
    for (unsigned turns = 0; _raw_read_trylock(lock) == 0; turns++) ashlar_port_spin(turns);
}

void _raw_read_unlock(rwlock_t *lock)
{
    __atomic_fetch_sub(&lock->state, 1u, __ATOMIC_RELEASE);
    leave(self());
}

int _raw_write_trylock(rwlock_t *lock)
{
    ashlar::kernel::Context &context = self();
    enter(context);
    u32 free = 0;
    if (__atomic_compare_exchange_n(&lock->state, &free, kWriter, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        return 1;
    }
    leave(context);
    return 0;
}

void _raw_write_lock(rwlock_t *lock)
{
    for (unsigned turns = 0; _raw_write_trylock(lock) == 0; turns++) ashlar_port_spin(turns);
}

void _raw_write_unlock(rwlock_t *lock)
{
    __atomic_store_n(&lock->state, 0u, __ATOMIC_RELEASE);
    leave(self());
}

int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
{
    if (atomic_add_unless(atomic, -1, 1)) return 0;
    spin_lock(lock);
    if (atomic_dec_and_test(atomic)) return 1;
    spin_unlock(lock);
    return 0;
}

int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, unsigned long *flags)
{
    if (atomic_add_unless(atomic, -1, 1)) return 0;
    spin_lock_irqsave(lock, *flags);
    if (atomic_dec_and_test(atomic)) return 1;
    spin_unlock_irqrestore(lock, *flags);
    return 0;
}

}  // extern "C"
