/* SPDX-License-Identifier: MIT */
/*
 * Interrupts: functions run at interrupt level, for real, in the middle of other code; lines with
 * handlers and threads; tasklets. There are no devices: who wants a line pulled pulls it by
 * ashlar_raise_irq().
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/hardirq.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/irqreturn.h>
#include <linux/kref.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

struct device;
#define NR_IRQS 256
#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_TRIGGER_MASK 0x0000000f
#define IRQF_TRIGGER_PROBE 0x00000010
#define IRQF_SHARED 0x00000080
#define IRQF_PROBE_SHARED 0x00000100
#define IRQF_PERCPU 0x00000400
#define IRQF_NOBALANCING 0x00000800
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_EARLY_RESUME 0x00020000
#define IRQF_COND_SUSPEND 0x00040000
#define IRQF_NO_AUTOEN 0x00080000

typedef irqreturn_t (*irq_handler_t)(int irq, void *device);
/* Without a callback it is func(data), as tasklets were first. */
struct tasklet_struct {
    struct tasklet_struct *next;
    unsigned long state;
    atomic_t count; /* of tasklet_disable() */
    bool use_callback;
    union {
        void (*func)(unsigned long data);
        void (*callback)(struct tasklet_struct *tasklet);
    };
    unsigned long data;
};
enum { TASKLET_STATE_SCHED, TASKLET_STATE_RUN };
#define ASHLAR_TASKLET(name, off, ...) struct tasklet_struct name = {.count = ATOMIC_INIT(off), __VA_ARGS__}
#define DECLARE_TASKLET(name, function) ASHLAR_TASKLET(name, 0, .use_callback = true, .callback = (function))
#define DECLARE_TASKLET_DISABLED(name, function) ASHLAR_TASKLET(name, 1, .use_callback = true, .callback = (function))
#define DECLARE_TASKLET_OLD(name, function) ASHLAR_TASKLET(name, 0, .func = (function))
#define DECLARE_TASKLET_DISABLED_OLD(name, function) ASHLAR_TASKLET(name, 1, .func = (function))
#define from_tasklet(variable, tasklet, member) container_of(tasklet, __typeof__(*variable), member)

ASHLAR_BEGIN_C
/* Interrupts the calling context and runs the function there; returns when it has run (or, with
 * interrupts off, leaves it pending until they are on again: then the answer is -EINPROGRESS and
 * the run is waited for by the next local_irq_restore). */
int ashlar_run_as_interrupt(void (*function)(void *argument), void *argument);
/* Interrupts CPU `cpu`, whoever runs there; waits for the end unless interrupts are off. */
int ashlar_interrupt_cpu(unsigned cpu, void (*function)(void *argument), void *argument);
/* From now on every CPU is interrupted about every `period_us` and runs the function; 0 stops it. */
int ashlar_tick(unsigned period_us, void (*function)(void *argument), void *argument);
/* Pulls a line: its handlers run as ashlar_run_as_interrupt() would run them. */
int ashlar_raise_irq(unsigned int irq);

int __must_check request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_function,
                                      unsigned long flags, const char *name, void *device);
const void *free_irq(unsigned int irq, void *device);
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
bool disable_hardirq(unsigned int irq);
void enable_irq(unsigned int irq);
void synchronize_irq(unsigned int irq);
void synchronize_hardirq(unsigned int irq);
/* Handles a line, from interrupt level. */
int generic_handle_irq(unsigned int irq);
int __must_check devm_request_threaded_irq(struct device *device, unsigned int irq, irq_handler_t handler,
                                           irq_handler_t thread_function, unsigned long flags, const char *name,
                                           void *id);
void devm_free_irq(struct device *device, unsigned int irq, void *id);

void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *tasklet));
void tasklet_init(struct tasklet_struct *tasklet, void (*function)(unsigned long data), unsigned long data);
void tasklet_schedule(struct tasklet_struct *tasklet);
void tasklet_hi_schedule(struct tasklet_struct *tasklet);
void tasklet_disable(struct tasklet_struct *tasklet);
void tasklet_disable_nosync(struct tasklet_struct *tasklet);
void tasklet_enable(struct tasklet_struct *tasklet);
void tasklet_kill(struct tasklet_struct *tasklet);
void tasklet_unlock_wait(struct tasklet_struct *tasklet);
ASHLAR_END_C
#define tasklet_disable_in_atomic(tasklet) tasklet_disable(tasklet)
static inline int __must_check request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
                                           const char *name, void *device)
{
    return request_threaded_irq(irq, handler, NULL, flags, name, device);
}
static inline int __must_check request_any_context_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
                                                       const char *name, void *device)
{
    return request_threaded_irq(irq, handler, NULL, flags, name, device);
}
static inline int __must_check devm_request_irq(struct device *device, unsigned int irq, irq_handler_t handler,
                                                unsigned long flags, const char *name, void *id)
{
    return devm_request_threaded_irq(device, irq, handler, NULL, flags, name, id);
}
/* No device answers to a probe. */
static inline unsigned long probe_irq_on(void) { return 0; }
static inline int probe_irq_off(unsigned long mask)
{
    (void)mask;
    return 0;
}
