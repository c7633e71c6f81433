/* SPDX-License-Identifier: MIT */
/*
 * What the running code is: a task that may sleep, or one of the contexts that may not. The count's
 * fields are Linux's: preemption in bits 0-7, soft interrupts 8-15, hard interrupts 16-19, NMI 20.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define PREEMPT_BITS 8
#define PREEMPT_SHIFT 0
#define SOFTIRQ_SHIFT 8
#define HARDIRQ_SHIFT 16
#define NMI_SHIFT 20
#define PREEMPT_MASK 0x000000ffUL
#define SOFTIRQ_MASK 0x0000ff00UL
#define HARDIRQ_MASK 0x000f0000UL
#define NMI_MASK 0x00f00000UL
#define PREEMPT_OFFSET 1
#define SOFTIRQ_OFFSET 0x100
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)
#define HARDIRQ_OFFSET 0x10000

ASHLAR_BEGIN_C
int preempt_count(void);
void preempt_disable(void);
void preempt_enable(void);
void ashlar_preempt_count_add(int value);
void ashlar_preempt_count_sub(int value);
void migrate_disable(void);
void migrate_enable(void);
void local_bh_disable(void);
void local_bh_enable(void);
ASHLAR_END_C
#define preempt_count_add(value) ashlar_preempt_count_add(value)
#define preempt_count_sub(value) ashlar_preempt_count_sub(value)
#define preempt_count_inc() preempt_count_add(1)
#define preempt_count_dec() preempt_count_sub(1)
#define preempt_enable_no_resched() preempt_enable()
#define preempt_disable_notrace() preempt_disable()
#define preempt_enable_notrace() preempt_enable()
#define preempt_check_resched() ((void)0)
#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define irq_count() (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_nmi() (!!(preempt_count() & NMI_MASK))
#define in_hardirq() (!!hardirq_count())
#define in_irq() (!!hardirq_count())
#define in_softirq() (!!softirq_count())
#define in_serving_softirq() (!!(softirq_count() & SOFTIRQ_OFFSET))
#define in_interrupt() (!!irq_count())
#define in_task() (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic() (preempt_count() != 0)
#define in_atomic_preempt_off() (preempt_count() != 1)
#define preemptible() (preempt_count() == 0 && !irqs_disabled())
#include <linux/irqflags.h>
