/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/preempt.h>
#define irq_enter() preempt_count_add(HARDIRQ_OFFSET)
#define irq_exit() preempt_count_sub(HARDIRQ_OFFSET)
ASHLAR_BEGIN_C
void synchronize_irq(unsigned int irq);
ASHLAR_END_C
