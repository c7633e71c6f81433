/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/typecheck.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
unsigned long ashlar_irq_save(void);
void ashlar_irq_restore(unsigned long flags);
bool irqs_disabled(void);
ASHLAR_END_C
#define local_irq_save(flags) ((flags) = ashlar_irq_save())
#define local_irq_restore(flags) ashlar_irq_restore(flags)
#define local_irq_disable() ((void)ashlar_irq_save())
#define local_irq_enable() ashlar_irq_restore(0)
#define local_save_flags(flags) ((flags) = irqs_disabled())
#define raw_local_irq_save(flags) local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)
#define raw_local_irq_disable() local_irq_disable()
#define raw_local_irq_enable() local_irq_enable()
#define raw_irqs_disabled() irqs_disabled()
#define irqs_disabled_flags(flags) ((flags) != 0)
