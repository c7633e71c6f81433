// hrtimer over timer_list: the function runs in the first jiffy that begins at
// or after its time.

#include <linux/hrtimer.h>
#include <linux/jiffies.h>

static unsigned long jiffy_of(const struct hrtimer *timer)
{
    s64 monotonic = timer->expires;

    if (timer->clock == CLOCK_REALTIME) monotonic -= ktime_get_real() - ktime_get();
    return monotonic <= 0 ? 0 : (unsigned long)DIV_ROUND_UP((u64)monotonic, TICK_NSEC);
}

static void fire(struct timer_list *inner)
{
    struct hrtimer *timer = container_of(inner, struct hrtimer, timer);

    if (timer->function(timer) == HRTIMER_RESTART) mod_timer(inner, jiffy_of(timer));
}

void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
    (void)mode;
    timer->expires = 0;
    timer->function = NULL;
    timer->clock = clock;
    timer_setup(&timer->timer, fire, 0);
}

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 slack_ns, const enum hrtimer_mode mode)
{
    (void)slack_ns;
    if (mode & HRTIMER_MODE_PINNED) timer->timer.flags |= TIMER_PINNED;
    timer->expires = mode & HRTIMER_MODE_REL ? ktime_add(hrtimer_cb_get_time(timer), time) : time;
    mod_timer(&timer->timer, jiffy_of(timer));
}

int hrtimer_cancel(struct hrtimer *timer) { return del_timer_sync(&timer->timer); }
int hrtimer_try_to_cancel(struct hrtimer *timer) { return del_timer(&timer->timer); }

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
    s64 late = now - timer->expires;
    u64 periods;

    if (late < 0 || interval <= 0) return 0;
    periods = (u64)late / (u64)interval + 1;
    timer->expires += (s64)periods * interval;
    return periods;
}
