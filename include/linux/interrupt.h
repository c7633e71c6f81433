/* SPDX-License-Identifier: MIT */
/*
 * Running code as an interrupt. Linux's request_irq has no meaning without devices; what a test
 * needs is a function that runs at interrupt level, for real, in the middle of other code.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/hardirq.h>
#include <linux/irqreturn.h>
#include <linux/preempt.h>

ASHLAR_BEGIN_C
/* Interrupts the calling context and runs the function there; returns when it has run (or, with
 * interrupts off, leaves it pending until they are on again: then the answer is -EINPROGRESS and
 * the run is waited for by the next local_irq_restore). */
int ashlar_run_as_interrupt(void (*function)(void *argument), void *argument);
/* Interrupts CPU `cpu`, whoever runs there; waits for the end unless interrupts are off. */
int ashlar_interrupt_cpu(unsigned cpu, void (*function)(void *argument), void *argument);
/* From now on every CPU is interrupted about every `period_us` and runs the function; 0 stops it. */
int ashlar_tick(unsigned period_us, void (*function)(void *argument), void *argument);
ASHLAR_END_C
