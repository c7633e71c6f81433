// Works that wait: for a time, or for the readers of RCU. The timer may fire anywhere; the work runs
// on the CPU that it was queued for.

#include "support/timer.h"
#include "support/workqueue.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

/* What a pending work waited for has come. */
static void make_due(struct workqueue_struct *queue, struct work_struct *work, int cpu)
{
    unsigned long flags;
    unsigned int pool;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    pool = ashlar_work_insert(queue, work, cpu);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    ashlar_work_came(pool);
}

void ashlar_delayed_work_fire(struct timer_list *timer)
{
    struct delayed_work *delayed = container_of(timer, struct delayed_work, timer);

    make_due(delayed->wq, &delayed->work, delayed->cpu);
}

/* With the lock held and the work neither pending nor being cancelled: answers the pool if it is due at once. */
static int start(int cpu, struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    WRITE_ONCE(delayed->work.pending, 1);
    delayed->wq = queue;
    delayed->cpu = cpu_possible(cpu) ? cpu : raw_smp_processor_id();
    if (!delay) return (int)ashlar_work_insert(queue, &delayed->work, delayed->cpu);
    mod_timer(&delayed->timer, jiffies + delay);
    return -1;
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    struct work_struct *work = &delayed->work;
    unsigned long flags;
    int pool = -1;
    bool queued;

    ashlar_start_system_worker();
    ashlar_start_timers();
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    queued = !work->pending && !work->cancelling;
    if (queued) pool = start(cpu, queue, delayed, delay);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (pool >= 0) ashlar_work_came((unsigned int)pool);
    return queued;
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    unsigned long flags;
    bool was_pending;
    int pool = -1;

    ashlar_start_system_worker();
    ashlar_start_timers();
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    was_pending = ashlar_work_grab(&delayed->work, &delayed->timer, &flags);
    if (!delayed->work.cancelling) pool = start(cpu, queue, delayed, delay);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (pool >= 0) ashlar_work_came((unsigned int)pool);
    if (was_pending) ashlar_work_changed();
    return was_pending;
}

bool cancel_delayed_work(struct delayed_work *delayed)
{
    return ashlar_work_cancel(&delayed->work, &delayed->timer, false);
}

bool cancel_delayed_work_sync(struct delayed_work *delayed)
{
    ashlar_might_sleep("cancel_delayed_work_sync", __FILE__, __LINE__);
    return ashlar_work_cancel(&delayed->work, &delayed->timer, true);
}

bool flush_delayed_work(struct delayed_work *delayed)
{
    unsigned int pool = 0;
    unsigned long flags;
    bool due;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    due = delayed->work.pending && del_timer(&delayed->timer);
    if (due) pool = ashlar_work_insert(delayed->wq, &delayed->work, delayed->cpu);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (due) ashlar_work_came(pool);
    return flush_work(&delayed->work);
}

/* ---- work after a grace period --------------------------------------------------------------- */

static void grace_period_over(struct rcu_head *head)
{
    struct rcu_work *after = container_of(head, struct rcu_work, rcu);

    make_due(after->wq, &after->work, after->cpu);
}

bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *after)
{
    unsigned long flags;
    bool queued;

    ashlar_start_system_worker();
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    queued = !after->work.pending;
    if (queued) WRITE_ONCE(after->work.pending, 1);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (!queued) return false;
    after->wq = queue;
    after->cpu = raw_smp_processor_id();
    call_rcu(&after->rcu, grace_period_over);
    return true;
}

bool flush_rcu_work(struct rcu_work *after)
{
    bool pending = READ_ONCE(after->work.pending) != 0;

    if (pending) rcu_barrier();
    return flush_work(&after->work) || pending;
}
