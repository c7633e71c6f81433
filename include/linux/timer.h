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
    u32 state; /* bit 0: queued, bit 1: running */
};
#define TIMER_DEFERRABLE 0x1
#define TIMER_IRQSAFE 0x2
#define TIMER_PINNED 0x4
#define DEFINE_TIMER(name, callback) struct timer_list name = {{NULL, NULL}, 0, callback, 0, 0}
ASHLAR_BEGIN_C
void add_timer(struct timer_list *timer);
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
