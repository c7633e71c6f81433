// What is done later and elsewhere: works that wait for others, that queue themselves, that are cancelled;
// tasklets; interrupt lines with handlers and threads.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "check.h"

/* ---- works ----------------------------------------------------------------------------------- */

static DECLARE_COMPLETION(given);
static void wait_for_it(struct work_struct *unused)
{
    (void)unused;
    CHECK(current_work() == unused && (current->flags & PF_WQ_WORKER));
    CHECK(wait_for_completion_timeout(&given, 5 * HZ) > 0);
}
static void give_it(struct work_struct *unused)
{
    (void)unused;
    complete(&given);
}
static DECLARE_WORK(waiting, wait_for_it);
static DECLARE_WORK(giving, give_it);
static DECLARE_DELAYED_WORK(giving_later, give_it);

/* A work that sleeps does not keep later ones of its queue from running. */
static void works_wait_for_works(void)
{
    CHECK(schedule_work(&waiting));
    CHECK(schedule_work(&giving));
    flush_work(&waiting);
    CHECK(!flush_work(&waiting));
    /* Nor one that a timer queues. */
    CHECK(schedule_work(&waiting));
    CHECK(schedule_delayed_work(&giving_later, msecs_to_jiffies(10)));
    CHECK(delayed_work_pending(&giving_later) && !schedule_delayed_work(&giving_later, 0));
    flush_work(&waiting);
    flush_delayed_work(&giving_later);
    CHECK(!delayed_work_pending(&giving_later));
}

static int inside, most_inside, ran;
static void count_inside(struct work_struct *unused)
{
    int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);

    (void)unused;
    if (now > most_inside) most_inside = now;
    msleep(2);
    __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&ran, 1, __ATOMIC_SEQ_CST);
}
static struct work_struct many[8];
static void queue_limits(void)
{
    struct workqueue_struct *ordered = alloc_ordered_workqueue("one-%d", 0, 7),
                            *pairs = alloc_workqueue("two", WQ_UNBOUND, 2);

    for (int i = 0; i < 8; i++) INIT_WORK(&many[i], count_inside);
    for (int i = 0; i < 8; i++) queue_work(ordered, &many[i]);
    CHECK(!queue_work(ordered, &many[7]));
    flush_workqueue(ordered);
    CHECK(ran == 8 && most_inside == 1);
    for (int i = 0; i < 8; i++) queue_work(pairs, &many[i]);
    CHECK(cancel_work(&many[7]) && !cancel_work(&many[7]) && work_busy(&many[7]) == 0);
    drain_workqueue(pairs);
    CHECK(ran == 15 && most_inside == 2);
    /* One work never runs beside itself, wherever it is queued. */
    most_inside = 0;
    for (int i = 0; i < 6; i++) {
        queue_work(i % 2 ? pairs : system_wq, &many[0]);
        msleep(1);
    }
    destroy_workqueue(pairs);
    destroy_workqueue(ordered);
    flush_work(&many[0]);
    CHECK(most_inside == 1 && inside == 0);
}

static int turns;
static void again(struct work_struct *work)
{
    WRITE_ONCE(turns, turns + 1);
    schedule_work(work);
}
static void again_later(struct work_struct *work)
{
    WRITE_ONCE(turns, turns + 1);
    msleep(1);
    schedule_delayed_work(to_delayed_work(work), 1);
}
static DECLARE_WORK(endless, again);
static DECLARE_DELAYED_WORK(poll, again_later);

/* What queues itself can be flushed and cancelled, and stays cancelled. */
static void endless_works(void)
{
    int seen;

    schedule_work(&endless);
    flush_work(&endless);
    flush_workqueue(system_wq);
    cancel_work_sync(&endless);
    seen = READ_ONCE(turns);
    CHECK(seen > 0 && !work_pending(&endless));
    msleep(5);
    CHECK(READ_ONCE(turns) == seen);
    for (int i = 0; i < 20; i++) {
        schedule_delayed_work(&poll, 1);
        msleep(3);
        cancel_delayed_work_sync(&poll);
        CHECK(!delayed_work_pending(&poll));
        seen = READ_ONCE(turns);
        msleep(3);
        CHECK(READ_ONCE(turns) == seen);
    }
    mod_delayed_work(system_wq, &poll, HZ);
    CHECK(mod_delayed_work(system_wq, &poll, HZ));
    CHECK(cancel_delayed_work(&poll) && !cancel_delayed_work(&poll));
}

static struct rcu_work after_readers;
static void readers_are_gone(struct work_struct *unused)
{
    (void)unused;
    ran = -1;
}
static void after_a_grace_period(void)
{
    INIT_RCU_WORK(&after_readers, readers_are_gone);
    rcu_read_lock();
    CHECK(queue_rcu_work(system_wq, &after_readers) && !queue_rcu_work(system_wq, &after_readers));
    rcu_read_unlock();
    flush_rcu_work(&after_readers);
    CHECK(ran == -1);
}

/* ---- timers ---------------------------------------------------------------------------------- */

static int fired;
static void rearm(struct timer_list *timer)
{
    WRITE_ONCE(fired, fired + 1);
    mod_timer(timer, jiffies + 1);
}
static void timers(void)
{
    struct timer_list timer;

    timer_setup(&timer, rearm, 0);
    for (int i = 0; i < 20; i++) {
        int seen;

        mod_timer(&timer, jiffies + 1);
        msleep(3);
        del_timer_sync(&timer);
        seen = READ_ONCE(fired);
        msleep(2);
        CHECK(READ_ONCE(fired) == seen && !timer_pending(&timer));
    }
    CHECK(fired > 0);
}

/* ---- tasklets -------------------------------------------------------------------------------- */

static int tasklets_ran;
static void soft(struct tasklet_struct *tasklet)
{
    CHECK(in_serving_softirq() && in_softirq() && !in_hardirq() && !in_task());
    WRITE_ONCE(tasklets_ran, tasklets_ran + 1);
    /* From inside it is scheduled for once more. */
    if (tasklets_ran == 1) tasklet_schedule(tasklet);
}
static void soft_old(unsigned long data) { WRITE_ONCE(tasklets_ran, tasklets_ran + (int)data); }
static DECLARE_TASKLET(modern, soft);
static void schedule_it(void *tasklet)
{
    CHECK(in_hardirq());
    tasklet_schedule(tasklet);
}
static void tasklets(void)
{
    struct tasklet_struct old;

    tasklet_init(&old, soft_old, 10);
    ashlar_run_as_interrupt(schedule_it, &modern);
    for (int i = 0; i < 1000 && READ_ONCE(tasklets_ran) < 2; i++) msleep(1);
    CHECK(tasklets_ran == 2);
    tasklet_disable(&old);
    tasklet_schedule(&old);
    msleep(5);
    CHECK(tasklets_ran == 2);
    tasklet_enable(&old);
    tasklet_kill(&old);
    CHECK(tasklets_ran == 12);
    tasklet_kill(&modern);
}

/* ---- interrupt lines ------------------------------------------------------------------------- */

static int handled, threaded, running, device_a, device_b;
static irqreturn_t handler(int irq, void *device)
{
    CHECK(irq == 17 && in_hardirq());
    CHECK(running++ == 0);
    handled += device == &device_a ? 1 : 100;
    running--;
    return IRQ_HANDLED;
}
static irqreturn_t waker(int irq, void *device)
{
    (void)irq;
    (void)device;
    return IRQ_WAKE_THREAD;
}
static irqreturn_t thread(int irq, void *device)
{
    (void)irq;
    (void)device;
    CHECK(preemptible());
    msleep(1);
    __atomic_fetch_add(&threaded, 1, __ATOMIC_SEQ_CST);
    return IRQ_HANDLED;
}
static void lines(void)
{
    CHECK(request_irq(17, handler, IRQF_SHARED, "a", NULL) == -EINVAL);
    CHECK(request_irq(NR_IRQS, handler, 0, "a", NULL) == -EINVAL);
    CHECK(request_irq(17, handler, IRQF_SHARED, "a", &device_a) == 0);
    CHECK(request_irq(17, handler, 0, "b", &device_b) == -EBUSY);
    CHECK(request_irq(17, handler, IRQF_SHARED, "b", &device_b) == 0);
    CHECK(ashlar_raise_irq(17) == 0 && handled == 101);
    disable_irq(17);
    ashlar_raise_irq(17);
    ashlar_raise_irq(17);
    CHECK(handled == 101);
    enable_irq(17); /* as often as it was raised: once is remembered */
    CHECK(handled == 202);
    CHECK(strcmp(free_irq(17, &device_b), "b") == 0);
    ashlar_raise_irq(17);
    CHECK(handled == 203);
    CHECK_REPORT("Unbalanced enable for IRQ 17", enable_irq(17));
    free_irq(17, &device_a);
    CHECK_REPORT("Trying to free already-free IRQ 17", free_irq(17, &device_a));
    ashlar_raise_irq(17);
    CHECK(handled == 203);

    CHECK(request_threaded_irq(18, NULL, thread, 0, "t", NULL) == -EINVAL);
    CHECK(request_threaded_irq(18, NULL, thread, IRQF_ONESHOT, "t", NULL) == 0);
    for (int i = 0; i < 3; i++) {
        ashlar_raise_irq(18);
        synchronize_irq(18);
    }
    CHECK(threaded == 3);
    ashlar_raise_irq(18); /* masked until the thread has run, and then remembered */
    ashlar_raise_irq(18);
    for (int i = 0; i < 1000 && READ_ONCE(threaded) < 5; i++) msleep(1);
    CHECK(threaded == 5);
    free_irq(18, NULL);
    CHECK(request_threaded_irq(18, waker, thread, 0, "t", &device_a) == 0);
    ashlar_raise_irq(18);
    synchronize_irq(18);
    free_irq(18, &device_a);
    CHECK(threaded >= 6);
}

static void managed_line(void)
{
    struct device *device = root_device_register("lines");

    CHECK(devm_request_irq(device, 17, handler, 0, NULL, &device_a) == 0);
    handled = 0;
    ashlar_raise_irq(17);
    root_device_unregister(device);
    ashlar_raise_irq(17);
    CHECK(handled == 1);
}

int main(void)
{
    size_t live;

    works_wait_for_works();
    live = ashlar_live_objects(0);
    queue_limits();
    endless_works();
    after_a_grace_period();
    timers();
    tasklets();
    lines();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) == live);
    managed_line();
    CHECK(ashlar_warn_count() == 2); /* those that were asked for */
    return check_result("work");
}
