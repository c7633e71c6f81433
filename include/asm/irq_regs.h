/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
struct pt_regs;
static inline struct pt_regs *get_irq_regs(void) { return (struct pt_regs *)0; }
