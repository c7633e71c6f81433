// Clocks, delays and timers. One thread runs the timers, at soft-interrupt
// level, from a list sorted by time; a machine that sets none has no thread.

#include <ashlar/kernel_port.h>

#include <asm/timex.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

ktime_t ktime_get(void) { return (ktime_t)ashlar_port_monotonic_ns(); }
ktime_t ktime_get_real(void) { return (ktime_t)ashlar_port_realtime_ns(); }
u64 sched_clock(void) { return ashlar_port_monotonic_ns(); }
u64 local_clock(void) { return ashlar_port_monotonic_ns(); }
unsigned long ashlar_jiffies(void) { return (unsigned long)(ashlar_port_monotonic_ns() / TICK_NSEC); }

/* Nanoseconds: a counter that every port has, and that differences of may be compared. */
cycles_t get_cycles(void) { return ashlar_port_monotonic_ns(); }

void ndelay(unsigned long ns)
{
    u64 end = ashlar_port_monotonic_ns() + ns;
    while (ashlar_port_monotonic_ns() < end) cpu_relax();
}

void usleep_range_state(unsigned long least, unsigned long most, unsigned int state)
{
    u64 end = ashlar_port_monotonic_ns() + (u64)least * NSEC_PER_USEC;
    u64 now;

    (void)most;
    (void)state;
    ashlar_might_sleep("usleep_range", __FILE__, __LINE__);
    while ((now = ashlar_port_monotonic_ns()) < end) {
        u32 never = 0;
        ashlar_port_wait(&never, 0, end - now);
    }
}

void msleep(unsigned int ms) { usleep_range_state(1000UL * ms, 1000UL * ms, TASK_UNINTERRUPTIBLE); }

unsigned long msleep_interruptible(unsigned int ms)
{
    msleep(ms);
    return 0;
}

/* ---- timers ---------------------------------------------------------------------------------- */

#define QUEUED 1u
static DEFINE_RAW_SPINLOCK(timers_lock);
static LIST_HEAD(timers);              /* soonest first */
static struct timer_list *running_now; /* the one whose function runs */
static u32 timers_word;                /* moves when the head of the list does, or a run ends */
static u32 timers_started;

static void run_due(void)
{
    unsigned long flags;

    for (;;) {
        struct timer_list *timer = NULL;

        raw_spin_lock_irqsave(&timers_lock, flags);
        if (!list_empty(&timers)) {
            timer = list_first_entry(&timers, struct timer_list, entry);
            if (time_after(timer->expires, jiffies)) timer = NULL;
        }
        if (timer) {
            list_del(&timer->entry);
            WRITE_ONCE(timer->state, 0);
            running_now = timer;
        }
        raw_spin_unlock_irqrestore(&timers_lock, flags);
        if (!timer) return;
        preempt_count_add(SOFTIRQ_OFFSET);
        timer->function(timer);
        preempt_count_sub(SOFTIRQ_OFFSET);
        raw_spin_lock_irqsave(&timers_lock, flags);
        running_now = NULL;
        raw_spin_unlock_irqrestore(&timers_lock, flags);
        __atomic_fetch_add(&timers_word, 1, __ATOMIC_SEQ_CST);
        ashlar_port_wake(&timers_word, INT_MAX);
    }
}

static void timers_thread(void *unused)
{
    (void)unused;
    for (;;) {
        u32 word = __atomic_load_n(&timers_word, __ATOMIC_SEQ_CST);
        u64 left = U64_MAX;
        unsigned long flags;

        run_due();
        raw_spin_lock_irqsave(&timers_lock, flags);
        if (!list_empty(&timers)) {
            struct timer_list *timer = list_first_entry(&timers, struct timer_list, entry);
            unsigned long now = jiffies;
            left = time_after(timer->expires, now) ? jiffies_to_nsecs(timer->expires - now) : 0;
        }
        raw_spin_unlock_irqrestore(&timers_lock, flags);
        if (left) ashlar_port_wait(&timers_word, word, left);
    }
}

void ashlar_start_timers(void);
void ashlar_start_timers(void)
{
    if (__atomic_exchange_n(&timers_started, 1, __ATOMIC_ACQ_REL)) return;
    if (ashlar_port_spawn(timers_thread, NULL, "timers")) panic("no thread for timers");
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
    struct timer_list *at;
    unsigned long flags;
    int was_queued;
    bool soonest;

    raw_spin_lock_irqsave(&timers_lock, flags);
    was_queued = (timer->state & QUEUED) != 0;
    if (was_queued) list_del(&timer->entry);
    timer->expires = expires;
    list_for_each_entry(at, &timers, entry) if (time_after(at->expires, expires)) break;
    list_add_tail(&timer->entry, &at->entry);
    WRITE_ONCE(timer->state, QUEUED);
    soonest = list_is_first(&timer->entry, &timers);
    raw_spin_unlock_irqrestore(&timers_lock, flags);
    ashlar_start_timers();
    if (soonest) {
        __atomic_fetch_add(&timers_word, 1, __ATOMIC_SEQ_CST);
        ashlar_port_wake(&timers_word, INT_MAX);
    }
    return was_queued;
}

void add_timer(struct timer_list *timer)
{
    BUG_ON(timer_pending(timer));
    mod_timer(timer, timer->expires);
}

int del_timer(struct timer_list *timer)
{
    unsigned long flags;
    int was_queued;

    raw_spin_lock_irqsave(&timers_lock, flags);
    was_queued = (timer->state & QUEUED) != 0;
    if (was_queued) list_del(&timer->entry);
    WRITE_ONCE(timer->state, 0);
    raw_spin_unlock_irqrestore(&timers_lock, flags);
    return was_queued;
}

/* Whether it was queued; -1, and nothing is done, while its function runs. */
int try_to_del_timer_sync(struct timer_list *timer)
{
    unsigned long flags;
    int result = -1;

    raw_spin_lock_irqsave(&timers_lock, flags);
    if (running_now != timer) {
        result = (timer->state & QUEUED) != 0;
        if (result) list_del(&timer->entry);
        WRITE_ONCE(timer->state, 0);
    }
    raw_spin_unlock_irqrestore(&timers_lock, flags);
    return result;
}

/* Afterwards the timer is neither queued nor running, even if its function queues it again. */
int del_timer_sync(struct timer_list *timer)
{
    for (;;) {
        u32 word = __atomic_load_n(&timers_word, __ATOMIC_SEQ_CST);
        int result = try_to_del_timer_sync(timer);
        if (result >= 0) return result;
        ashlar_port_wait(&timers_word, word, U64_MAX);
    }
}
