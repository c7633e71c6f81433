/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>

ASHLAR_BEGIN_C
void _raw_spin_lock(raw_spinlock_t *lock);
int _raw_spin_trylock(raw_spinlock_t *lock);
void _raw_spin_unlock(raw_spinlock_t *lock);
void _raw_read_lock(rwlock_t *lock);
int _raw_read_trylock(rwlock_t *lock);
void _raw_read_unlock(rwlock_t *lock);
void _raw_write_lock(rwlock_t *lock);
int _raw_write_trylock(rwlock_t *lock);
void _raw_write_unlock(rwlock_t *lock);
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock);
int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, unsigned long *flags);
ASHLAR_END_C
#define atomic_dec_and_lock(atomic, lock) _atomic_dec_and_lock(atomic, lock)
#define atomic_dec_and_lock_irqsave(atomic, lock, flags) _atomic_dec_and_lock_irqsave(atomic, lock, &(flags))

#define raw_spin_lock_init(lock) ((lock)->held = 0)
#define raw_spin_is_locked(lock) (READ_ONCE((lock)->held) != 0)
#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_lock_nested(lock, subclass) _raw_spin_lock(lock)
#define raw_spin_trylock(lock) _raw_spin_trylock(lock)
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_lock_irq(lock) (local_irq_disable(), _raw_spin_lock(lock))
#define raw_spin_unlock_irq(lock) (_raw_spin_unlock(lock), local_irq_enable())
#define raw_spin_lock_irqsave(lock, flags) (local_irq_save(flags), _raw_spin_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) (_raw_spin_unlock(lock), local_irq_restore(flags))
#define raw_spin_lock_bh(lock) (local_bh_disable(), _raw_spin_lock(lock))
#define raw_spin_unlock_bh(lock) (_raw_spin_unlock(lock), local_bh_enable())
#define raw_spin_trylock_irqsave(lock, flags)      \
    ({                                             \
        local_irq_save(flags);                     \
        int ashlar_got = _raw_spin_trylock(lock);  \
        if (!ashlar_got) local_irq_restore(flags); \
        ashlar_got;                                \
    })

#define spin_lock_init(lock) raw_spin_lock_init(&(lock)->rlock)
#define spin_is_locked(lock) raw_spin_is_locked(&(lock)->rlock)
#define spin_is_contended(lock) ((void)(lock), 0)
#define assert_spin_locked(lock) ((void)(lock))
static __always_inline void spin_lock(spinlock_t *lock) { _raw_spin_lock(&lock->rlock); }
static __always_inline void spin_unlock(spinlock_t *lock) { _raw_spin_unlock(&lock->rlock); }
static __always_inline int spin_trylock(spinlock_t *lock) { return _raw_spin_trylock(&lock->rlock); }
static __always_inline void spin_lock_bh(spinlock_t *lock) { raw_spin_lock_bh(&lock->rlock); }
static __always_inline void spin_unlock_bh(spinlock_t *lock) { raw_spin_unlock_bh(&lock->rlock); }
static __always_inline void spin_lock_irq(spinlock_t *lock) { raw_spin_lock_irq(&lock->rlock); }
static __always_inline void spin_unlock_irq(spinlock_t *lock) { raw_spin_unlock_irq(&lock->rlock); }
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_nest_lock(lock, nest) spin_lock(lock)
#define spin_lock_bh_nested(lock, subclass) spin_lock_bh(lock)
#define spin_lock_irqsave(lock, flags) raw_spin_lock_irqsave(&(lock)->rlock, flags)
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define spin_unlock_irqrestore(lock, flags) raw_spin_unlock_irqrestore(&(lock)->rlock, flags)
#define spin_trylock_irqsave(lock, flags) raw_spin_trylock_irqsave(&(lock)->rlock, flags)
static inline int spin_trylock_bh(spinlock_t *lock)
{
    local_bh_disable();
    if (spin_trylock(lock)) return 1;
    local_bh_enable();
    return 0;
}

#define rwlock_init(lock) ((lock)->state = 0)
#define read_lock(lock) _raw_read_lock(lock)
#define read_trylock(lock) _raw_read_trylock(lock)
#define read_unlock(lock) _raw_read_unlock(lock)
#define write_lock(lock) _raw_write_lock(lock)
#define write_lock_nested(lock, subclass) write_lock(lock)
#define write_trylock(lock) _raw_write_trylock(lock)
#define write_unlock(lock) _raw_write_unlock(lock)
#define read_lock_irq(lock) (local_irq_disable(), _raw_read_lock(lock))
#define read_unlock_irq(lock) (_raw_read_unlock(lock), local_irq_enable())
#define write_lock_irq(lock) (local_irq_disable(), _raw_write_lock(lock))
#define write_unlock_irq(lock) (_raw_write_unlock(lock), local_irq_enable())
#define read_lock_irqsave(lock, flags) (local_irq_save(flags), _raw_read_lock(lock))
#define read_unlock_irqrestore(lock, flags) (_raw_read_unlock(lock), local_irq_restore(flags))
#define write_lock_irqsave(lock, flags) (local_irq_save(flags), _raw_write_lock(lock))
#define write_unlock_irqrestore(lock, flags) (_raw_write_unlock(lock), local_irq_restore(flags))
#define read_lock_bh(lock) (local_bh_disable(), _raw_read_lock(lock))
#define read_unlock_bh(lock) (_raw_read_unlock(lock), local_bh_enable())
#define write_lock_bh(lock) (local_bh_disable(), _raw_write_lock(lock))
#define write_unlock_bh(lock) (_raw_write_unlock(lock), local_bh_enable())
#ifndef __cplusplus
ASHLAR_LOCK_GUARD(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock_pointer), raw_spin_unlock(_T->lock_pointer))
ASHLAR_LOCK_GUARD(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock_pointer),
                  raw_spin_unlock_irq(_T->lock_pointer))
ASHLAR_LOCK_GUARD(raw_spinlock_irqsave, raw_spinlock_t, raw_spin_lock_irqsave(_T->lock_pointer, _T->flags),
                  raw_spin_unlock_irqrestore(_T->lock_pointer, _T->flags), unsigned long flags)
ASHLAR_LOCK_GUARD(spinlock, spinlock_t, spin_lock(_T->lock_pointer), spin_unlock(_T->lock_pointer))
ASHLAR_LOCK_GUARD(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock_pointer), spin_unlock_irq(_T->lock_pointer))
ASHLAR_LOCK_GUARD(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock_pointer, _T->flags),
                  spin_unlock_irqrestore(_T->lock_pointer, _T->flags), unsigned long flags)
#endif
