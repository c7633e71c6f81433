/* SPDX-License-Identifier: MIT */
/* Readers run without a lock and repeat when the sequence moved; odd means a writer is inside. */
#pragma once
#include <linux/kconfig.h>
#include <linux/spinlock.h>

typedef struct seqcount {
    unsigned sequence;
} seqcount_t;
typedef seqcount_t seqcount_spinlock_t;
typedef seqcount_t seqcount_mutex_t;
#define SEQCNT_ZERO(name) \
    {                     \
        0                 \
    }
#define SEQCNT_SPINLOCK_ZERO(name, lock) \
    {                                    \
        0                                \
    }
#define seqcount_init(s) ((s)->sequence = 0)
#define seqcount_spinlock_init(s, lock) seqcount_init(s)
static inline unsigned read_seqcount_begin(const seqcount_t *s)
{
    unsigned seen;
    while ((seen = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE)) & 1) cpu_relax();
    return seen;
}
static inline int read_seqcount_retry(const seqcount_t *s, unsigned start)
{
    smp_rmb();
    return READ_ONCE(s->sequence) != start;
}
static inline void raw_write_seqcount_begin(seqcount_t *s)
{
    WRITE_ONCE(s->sequence, s->sequence + 1);
    smp_wmb();
}
static inline void raw_write_seqcount_end(seqcount_t *s)
{
    smp_wmb();
    WRITE_ONCE(s->sequence, s->sequence + 1);
}
#define raw_read_seqcount(s) read_seqcount_begin(s)
#define write_seqcount_begin(s) raw_write_seqcount_begin(s)
#define write_seqcount_end(s) raw_write_seqcount_end(s)
typedef struct {
    seqcount_t seqcount;
    spinlock_t lock;
} seqlock_t;
#define __SEQLOCK_UNLOCKED(name)        \
    {                                   \
        {0}, __SPIN_LOCK_UNLOCKED(name) \
    }
#define DEFINE_SEQLOCK(name) seqlock_t name = __SEQLOCK_UNLOCKED(name)
#define seqlock_init(s) (seqcount_init(&(s)->seqcount), spin_lock_init(&(s)->lock))
#define read_seqbegin(s) read_seqcount_begin(&(s)->seqcount)
#define read_seqretry(s, start) read_seqcount_retry(&(s)->seqcount, start)
#define write_seqlock(s) (spin_lock(&(s)->lock), raw_write_seqcount_begin(&(s)->seqcount))
#define write_sequnlock(s) (raw_write_seqcount_end(&(s)->seqcount), spin_unlock(&(s)->lock))
#define write_seqlock_irqsave(s, flags) (spin_lock_irqsave(&(s)->lock, flags), raw_write_seqcount_begin(&(s)->seqcount))
#define write_sequnlock_irqrestore(s, flags) \
    (raw_write_seqcount_end(&(s)->seqcount), spin_unlock_irqrestore(&(s)->lock, flags))
