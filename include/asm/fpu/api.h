/* SPDX-License-Identifier: MIT */
/* A task's vector registers are its own: the host keeps them. Between the two it may not sleep. */
#pragma once
#include <linux/kconfig.h>
#include <linux/preempt.h>
#define kernel_fpu_begin() preempt_disable()
#define kernel_fpu_end() preempt_enable()
#define irq_fpu_usable() (!in_hardirq())
