/* SPDX-License-Identifier: MIT */
/* Timers run in soft interrupt context: in_interrupt() is true inside the function. */
#pragma once
#include <linux/kconfig.h>
#include <linux/jiffies.h>
#include <linux/list.h>

struct timer_list {
    struct list_head entry;
    unsigned long expires;
    void (*function)(struct timer_list *timer);
    u32 flags;
    u32 state; /* 1: queued */
};
#define TIMER_CPUMASK 0x0003FFFF /* 0: it may run on any CPU; else one more than the number of its own */
#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000 /* runs on the CPU that starts it */
#define TIMER_IRQSAFE 0x00200000
#define DEFINE_TIMER(name, callback) struct timer_list name = {{NULL, NULL}, 0, callback, 0, 0}
ASHLAR_BEGIN_C
void add_timer(struct timer_list *timer);
/* Runs there, until somebody else than its own function starts it again. */
void add_timer_on(struct timer_list *timer, int cpu);
int mod_timer(struct timer_list *timer, unsigned long expires);
int del_timer(struct timer_list *timer);
int del_timer_sync(struct timer_list *timer);
int try_to_del_timer_sync(struct timer_list *timer);
ASHLAR_END_C
static inline void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *), unsigned int flags)
{
    timer->function = function;
    timer->flags = flags;
    timer->state = 0;
}
#define timer_setup_on_stack(timer, function, flags) timer_setup(timer, function, flags)
#define destroy_timer_on_stack(timer) ((void)(timer))
static inline int timer_pending(const struct timer_list *timer) { return (int)(READ_ONCE(timer->state) & 1); }
#define from_timer(variable, timer, member) container_of(timer, __typeof__(*variable), member)
#define timer_shutdown_sync(timer) del_timer_sync(timer)
