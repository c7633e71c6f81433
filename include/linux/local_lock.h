/* SPDX-License-Identifier: MIT */
/* Protects per-CPU data from other contexts of the same CPU: preemption or interrupts off. */
#pragma once
#include <linux/kconfig.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
typedef struct {
    char ashlar_unused;
} local_lock_t;
#define INIT_LOCAL_LOCK(name) \
    {                         \
        0                     \
    }
#define local_lock_init(lock) ((void)(lock))
#define local_lock(lock) ((void)(lock), preempt_disable())
#define local_unlock(lock) ((void)(lock), preempt_enable())
#define local_lock_irq(lock) ((void)(lock), local_irq_disable())
#define local_unlock_irq(lock) ((void)(lock), local_irq_enable())
#define local_lock_irqsave(lock, flags) ((void)(lock), local_irq_save(flags))
#define local_unlock_irqrestore(lock, flags) ((void)(lock), local_irq_restore(flags))
