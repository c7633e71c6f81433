/* SPDX-License-Identifier: MIT */
/* Timers given in nanoseconds and run like timer_list, so never early and up to a jiffy late. */
#pragma once
#include <linux/kconfig.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/time.h>
#include <linux/timer.h>
#include <linux/timerqueue.h>
#include <linux/types.h>
enum hrtimer_mode {
    HRTIMER_MODE_ABS = 0x00,
    HRTIMER_MODE_REL = 0x01,
    HRTIMER_MODE_PINNED = 0x02,
    HRTIMER_MODE_SOFT = 0x04,
    HRTIMER_MODE_HARD = 0x08,
    HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
    HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
    HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
    HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
};
enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
struct hrtimer {
    ktime_t expires;
    enum hrtimer_restart (*function)(struct hrtimer *timer);
    int clock;
    struct timer_list timer;
};
ASHLAR_BEGIN_C
void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode);
void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 slack_ns, const enum hrtimer_mode mode);
int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_try_to_cancel(struct hrtimer *timer);
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);
ASHLAR_END_C
static inline void hrtimer_start(struct hrtimer *timer, ktime_t time, const enum hrtimer_mode mode)
{
    hrtimer_start_range_ns(timer, time, 0, mode);
}
#define hrtimer_init_on_stack(timer, clock, mode) hrtimer_init(timer, clock, mode)
#define destroy_hrtimer_on_stack(timer) ((void)(timer))
static inline void hrtimer_set_expires(struct hrtimer *timer, ktime_t time) { timer->expires = time; }
static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer) { return timer->expires; }
static inline bool hrtimer_active(const struct hrtimer *timer) { return READ_ONCE(timer->timer.state) != 0; }
static inline int hrtimer_is_queued(struct hrtimer *timer) { return timer_pending(&timer->timer); }
static inline ktime_t hrtimer_cb_get_time(struct hrtimer *timer)
{
    return timer->clock == CLOCK_REALTIME ? ktime_get_real() : ktime_get();
}
static inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
    return hrtimer_forward(timer, hrtimer_cb_get_time(timer), interval);
}
static inline void hrtimer_restart(struct hrtimer *timer) { hrtimer_start(timer, timer->expires, HRTIMER_MODE_ABS); }
static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
    return timer->expires - (timer->clock == CLOCK_REALTIME ? ktime_get_real() : ktime_get());
}
