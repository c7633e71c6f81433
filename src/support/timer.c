// Timers: functions that run at soft-interrupt level when their time has come.
//
// A base is a list of timers, soonest first, and the thread that runs them. The first is for timers
// that may run anywhere; each CPU has one for those that were given to it, by add_timer_on() or
// because they are pinned to where they are started, whose thread stays there. A machine that sets
// no timer has no thread, and the first base's starts the others, so that a timer may be set for any
// CPU where nobody may start a thread.
//
// The low bits of a timer's flags are the number of its base. A timer that its own function starts
// again stays where it is.

#include "support/affinity.h"
#include "support/timer.h"

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#define QUEUED 1u
static struct timer_base {
    struct list_head timers;
    struct timer_list *running; /* whose function runs */
    u32 word;                   /* moves when the head of the list does */
    u32 started;
} bases[1 + NR_CPUS];
static DEFINE_RAW_SPINLOCK(lock);
static u32 ended; /* moves when a function has run */

static void moved(u32 *word)
{
    __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(word, INT_MAX);
}

/* With the lock held, as all that follow until the threads. */
static struct timer_base *base_of(const struct timer_list *timer)
{
    struct timer_base *base = &bases[timer->flags & TIMER_CPUMASK];

    if (!base->timers.next) INIT_LIST_HEAD(&base->timers);
    return base;
}

static struct timer_base *runner(const struct timer_list *timer)
{
    for (unsigned int i = 0; i <= nr_cpu_ids; i++)
        if (bases[i].running == timer) return &bases[i];
    return NULL;
}

static bool dequeue(struct timer_list *timer)
{
    bool was_queued = (timer->state & QUEUED) != 0;

    if (was_queued) list_del(&timer->entry);
    WRITE_ONCE(timer->state, 0);
    return was_queued;
}

/* Answers whether it is the soonest of its base now. */
static bool enqueue(struct timer_list *timer, unsigned int base, unsigned long expires)
{
    struct list_head *timers;
    struct timer_list *at;

    timer->flags = (timer->flags & ~TIMER_CPUMASK) | base;
    timer->expires = expires;
    timers = &base_of(timer)->timers;
    list_for_each_entry(at, timers, entry) if (time_after(at->expires, expires)) break;
    list_add_tail(&timer->entry, &at->entry);
    WRITE_ONCE(timer->state, QUEUED);
    return list_is_first(&timer->entry, timers);
}

/* ---- threads --------------------------------------------------------------------------------- */

static void run_due(struct timer_base *base)
{
    unsigned long flags;

    for (;;) {
        struct timer_list *timer;

        raw_spin_lock_irqsave(&lock, flags);
        timer = base->timers.next ? list_first_entry_or_null(&base->timers, struct timer_list, entry) : NULL;
        if (timer && time_after(timer->expires, jiffies)) timer = NULL;
        if (timer) {
            dequeue(timer);
            base->running = timer;
        }
        raw_spin_unlock_irqrestore(&lock, flags);
        if (!timer) return;
        preempt_count_add(SOFTIRQ_OFFSET);
        timer->function(timer);
        preempt_count_sub(SOFTIRQ_OFFSET);
        raw_spin_lock_irqsave(&lock, flags);
        base->running = NULL;
        raw_spin_unlock_irqrestore(&lock, flags);
        moved(&ended);
    }
}

/* How many ns until the base's next timer is due. */
static u64 time_left(struct timer_base *base)
{
    struct timer_list *timer;
    u64 left = U64_MAX;
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    timer = base->timers.next ? list_first_entry_or_null(&base->timers, struct timer_list, entry) : NULL;
    if (timer) {
        unsigned long now = jiffies;
        left = time_after(timer->expires, now) ? jiffies_to_nsecs(timer->expires - now) : 0;
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    return left;
}

static void timers_thread(void *argument);

static void start_base(struct timer_base *base)
{
    if (__atomic_exchange_n(&base->started, 1, __ATOMIC_ACQ_REL)) return;
    if (ashlar_port_spawn(timers_thread, base, "timers")) panic("no thread for timers");
}

static void start_others(void)
{
    for (unsigned int i = 1; i <= nr_cpu_ids; i++)
        if (!READ_ONCE(bases[i].started) && READ_ONCE(bases[i].timers.next)) start_base(&bases[i]);
}

static void timers_thread(void *argument)
{
    struct timer_base *base = argument;

    current->flags |= PF_KTHREAD;
    if (base != bases) ashlar_stay_on((unsigned int)(base - bases) - 1);
    for (;;) {
        u32 word = __atomic_load_n(&base->word, __ATOMIC_SEQ_CST);
        u64 left;

        if (base == bases) start_others();
        run_due(base);
        left = time_left(base);
        if (left) ashlar_port_wait(&base->word, word, left);
    }
}

void ashlar_start_timers(void) { start_base(bases); }

/* ---- what code calls ------------------------------------------------------------------------- */

/* After the lock is let go, when a timer has become the soonest of its base. */
static void tell(unsigned int base)
{
    ashlar_start_timers();
    moved(&bases[base].word);
    if (!READ_ONCE(bases[base].started)) moved(&bases[0].word);
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
    struct timer_base *running;
    unsigned int base = 0;
    unsigned long flags;
    bool was_queued, soonest;

    raw_spin_lock_irqsave(&lock, flags);
    running = runner(timer);
    if (running)
        base = (unsigned int)(running - bases);
    else if (timer->flags & TIMER_PINNED)
        base = 1 + (unsigned int)raw_smp_processor_id();
    was_queued = dequeue(timer);
    soonest = enqueue(timer, base, expires);
    raw_spin_unlock_irqrestore(&lock, flags);
    if (soonest) tell(base);
    return was_queued;
}

void add_timer(struct timer_list *timer)
{
    BUG_ON(timer_pending(timer));
    mod_timer(timer, timer->expires);
}

void add_timer_on(struct timer_list *timer, int cpu)
{
    unsigned long flags;
    bool soonest;

    if (WARN_ON_ONCE(timer_pending(timer) || !cpu_possible(cpu))) return;
    raw_spin_lock_irqsave(&lock, flags);
    soonest = enqueue(timer, 1 + (unsigned int)cpu, timer->expires);
    raw_spin_unlock_irqrestore(&lock, flags);
    if (soonest) tell(1 + (unsigned int)cpu);
}

int del_timer(struct timer_list *timer)
{
    unsigned long flags;
    int was_queued;

    raw_spin_lock_irqsave(&lock, flags);
    was_queued = dequeue(timer);
    raw_spin_unlock_irqrestore(&lock, flags);
    return was_queued;
}

/* Whether it was queued; -1, and nothing is done, while its function runs. */
int try_to_del_timer_sync(struct timer_list *timer)
{
    unsigned long flags;
    int result = -1;

    raw_spin_lock_irqsave(&lock, flags);
    if (!runner(timer)) result = dequeue(timer);
    raw_spin_unlock_irqrestore(&lock, flags);
    return result;
}

/* Afterwards the timer is neither queued nor running, even if its function queues it again. */
int del_timer_sync(struct timer_list *timer)
{
    for (;;) {
        u32 word = __atomic_load_n(&ended, __ATOMIC_SEQ_CST);
        int result = try_to_del_timer_sync(timer);
        if (result >= 0) return result;
        ashlar_port_wait(&ended, word, U64_MAX);
    }
}
