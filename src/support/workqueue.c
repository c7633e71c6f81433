// Work queues: functions run later by threads that may sleep.
//
// A work is queued again while it runs, but never runs twice at once. `turn` numbers
// every queueing: who flushes waits for the turns that there are, not for later
// ones, so a work that queues itself again can be flushed; and a work that is being
// cancelled refuses to be queued, so it can be cancelled as well.
//
// A work is pending from queueing to running: on a list, or, delayed, in its timer.
// The lock is taken before the timers' own and held for a few instructions.
//
// Who runs works, and on which CPU, is in workers.c.

#include "support/workqueue.h"

#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* ---- queues ---------------------------------------------------------------------------------- */

static struct {
    struct workqueue_struct queue;
    struct queue_in_pool in[NR_CPUS];
} bound = {.queue = {.limit = WQ_DFL_ACTIVE, .name = "events"}};
static struct {
    struct workqueue_struct queue;
    struct queue_in_pool in;
} unbound = {.queue = {.flags = WQ_UNBOUND, .limit = WQ_UNBOUND_MAX_ACTIVE, .name = "events_unbound"}};
struct workqueue_struct *system_wq = &bound.queue, *system_unbound_wq = &unbound.queue;

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active, ...)
{
    unsigned int parts = flags & WQ_UNBOUND ? 1 : nr_cpu_ids;
    struct workqueue_struct *queue = kzalloc(struct_size(queue, in, parts), GFP_KERNEL);
    va_list arguments;

    if (!queue) return NULL;
    queue->flags = flags;
    queue->limit = max_active > 0 ? (unsigned int)min(max_active, WQ_MAX_ACTIVE) : WQ_DFL_ACTIVE;
    va_start(arguments, max_active);
    vsnprintf(queue->name, sizeof(queue->name), name, arguments);
    va_end(arguments);
    ashlar_start_system_worker();
    return queue;
}

void workqueue_set_max_active(struct workqueue_struct *queue, int max_active)
{
    unsigned long flags;

    /* An ordered queue stays one. */
    if (WARN_ON(queue->flags & __WQ_ORDERED)) return;
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    queue->limit = (unsigned int)clamp(max_active, 1, WQ_MAX_ACTIVE);
    ashlar_work_fill(queue);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    ashlar_work_changed();
}

bool workqueue_congested(int cpu, struct workqueue_struct *queue)
{
    unsigned long flags;
    bool congested;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    congested = ashlar_work_waits(queue, cpu);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return congested;
}

static void wait_until(struct workqueue_struct *queue, u64 last)
{
    for (;;) {
        u32 word = ashlar_work_ended_word();
        unsigned long flags;
        bool left;

        raw_spin_lock_irqsave(&ashlar_work_lock, flags);
        left = ashlar_work_left(queue, last);
        raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
        if (!left) return;
        ashlar_work_wait(word);
    }
}

void flush_workqueue(struct workqueue_struct *queue)
{
    unsigned long flags;
    u64 last;

    ashlar_might_sleep("flush_workqueue", __FILE__, __LINE__);
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    last = ashlar_work_turns();
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    wait_until(queue, last);
}

void drain_workqueue(struct workqueue_struct *queue)
{
    ashlar_might_sleep("drain_workqueue", __FILE__, __LINE__);
    wait_until(queue, U64_MAX);
}

void destroy_workqueue(struct workqueue_struct *queue)
{
    drain_workqueue(queue);
    kfree(queue);
}

/* ---- works ----------------------------------------------------------------------------------- */

bool queue_work_on(int cpu, struct workqueue_struct *queue, struct work_struct *work)
{
    unsigned int pool = 0;
    unsigned long flags;
    bool queued;

    ashlar_start_system_worker();
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    queued = !work->pending && !work->cancelling;
    if (queued) {
        WRITE_ONCE(work->pending, 1);
        pool = ashlar_work_insert(queue, work, cpu);
    }
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (queued) ashlar_work_came(pool);
    return queued;
}

/* Whether the turn is still to come or to end. */
static bool has_turn(struct work_struct *work, u64 turn)
{
    unsigned long flags;
    struct worker *running;
    bool found;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    running = ashlar_work_runner(work);
    found = (running && running->turn == turn) || (!list_empty(&work->entry) && work->turn == turn);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return found;
}

static void wait_for_turn(struct work_struct *work, u64 turn)
{
    for (;;) {
        u32 word = ashlar_work_ended_word();
        if (!has_turn(work, turn)) return;
        ashlar_work_wait(word);
    }
}

/* Waits for the last queueing so far; answers whether there was something to wait for. */
bool flush_work(struct work_struct *work)
{
    unsigned long flags;
    struct worker *running;
    bool queued;
    u64 turn;

    ashlar_might_sleep("flush_work", __FILE__, __LINE__);
    if (WARN_ON(!work->func)) return false;
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    running = ashlar_work_runner(work);
    queued = !list_empty(&work->entry);
    turn = queued || !running ? work->turn : running->turn;
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (!queued && !running) return false;
    wait_for_turn(work, turn);
    return true;
}

/* A timer that fires just now holds the work for a moment, until it has put it on a list. */
bool ashlar_work_grab(struct work_struct *work, struct timer_list *timer, unsigned long *flags)
{
    while (work->pending) {
        if (timer && del_timer(timer)) {
            WRITE_ONCE(work->pending, 0);
            return true;
        }
        if (!list_empty(&work->entry)) {
            ashlar_work_take(work);
            if (work->active) ashlar_work_retire(work->queue, work->pool);
            return true;
        }
        raw_spin_unlock_irqrestore(&ashlar_work_lock, *flags);
        cpu_relax();
        raw_spin_lock_irqsave(&ashlar_work_lock, *flags);
    }
    return false;
}

bool ashlar_work_cancel(struct work_struct *work, struct timer_list *timer, bool sync)
{
    unsigned long flags;
    struct worker *running;
    bool was_pending;
    u64 turn = 0;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    if (sync) work->cancelling++;
    was_pending = ashlar_work_grab(work, timer, &flags);
    running = ashlar_work_runner(work);
    if (running) turn = running->turn;
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (was_pending) ashlar_work_changed();
    if (!sync) return was_pending;
    if (running) wait_for_turn(work, turn);
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    work->cancelling--;
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return was_pending;
}

bool cancel_work(struct work_struct *work) { return ashlar_work_cancel(work, NULL, false); }

bool cancel_work_sync(struct work_struct *work)
{
    ashlar_might_sleep("cancel_work_sync", __FILE__, __LINE__);
    return ashlar_work_cancel(work, NULL, true);
}

unsigned int work_busy(struct work_struct *work)
{
    unsigned long flags;
    unsigned int busy;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    busy = (work->pending ? WORK_BUSY_PENDING : 0) | (ashlar_work_runner(work) ? WORK_BUSY_RUNNING : 0);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return busy;
}
