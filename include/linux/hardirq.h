/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/preempt.h>
#define irq_enter() preempt_count_add(HARDIRQ_OFFSET)
#define irq_exit() preempt_count_sub(HARDIRQ_OFFSET)
#define synchronize_irq(irq) ((void)(irq))
