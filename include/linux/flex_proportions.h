/* SPDX-License-Identifier: MIT */
/* Shares of events with exponential decay over periods. */
#pragma once
#include <linux/kconfig.h>
#include <linux/gfp.h>
#include <linux/percpu_counter.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#define FPROP_FRAC_SHIFT 10
#define FPROP_FRAC_BASE (1UL << FPROP_FRAC_SHIFT)
struct fprop_global {
    struct percpu_counter events;
    unsigned int period;
    seqcount_t sequence;
};
struct fprop_local_single {
    unsigned long events;
    unsigned int period;
    raw_spinlock_t lock;
};
struct fprop_local_percpu {
    struct percpu_counter events;
    unsigned int period;
    raw_spinlock_t lock;
};
#define INIT_FPROP_LOCAL_SINGLE(name)                \
    {                                                \
        .lock = __RAW_SPIN_LOCK_UNLOCKED(name.lock), \
    }
ASHLAR_BEGIN_C
int fprop_global_init(struct fprop_global *p, gfp_t flags);
void fprop_global_destroy(struct fprop_global *p);
bool fprop_new_period(struct fprop_global *p, int periods);
int fprop_local_init_single(struct fprop_local_single *local);
void fprop_local_destroy_single(struct fprop_local_single *local);
void __fprop_inc_single(struct fprop_global *p, struct fprop_local_single *local);
void fprop_fraction_single(struct fprop_global *p, struct fprop_local_single *local, unsigned long *numerator,
                           unsigned long *denominator);
int fprop_local_init_percpu(struct fprop_local_percpu *local, gfp_t flags);
void fprop_local_destroy_percpu(struct fprop_local_percpu *local);
void __fprop_add_percpu(struct fprop_global *p, struct fprop_local_percpu *local, long count);
void __fprop_add_percpu_max(struct fprop_global *p, struct fprop_local_percpu *local, int most, long count);
void fprop_fraction_percpu(struct fprop_global *p, struct fprop_local_percpu *local, unsigned long *numerator,
                           unsigned long *denominator);
ASHLAR_END_C
static inline void fprop_inc_single(struct fprop_global *p, struct fprop_local_single *local)
{
    unsigned long flags;
    local_irq_save(flags);
    __fprop_inc_single(p, local);
    local_irq_restore(flags);
}
static inline void fprop_inc_percpu(struct fprop_global *p, struct fprop_local_percpu *local)
{
    unsigned long flags;
    local_irq_save(flags);
    __fprop_add_percpu(p, local, 1);
    local_irq_restore(flags);
}
