// Tasklets: functions that an interrupt leaves to be run soon, at soft-interrupt
// level. One thread runs them all, as Linux's ksoftirqd does, in the order of their
// scheduling and urgent ones first; so none runs beside itself.
//
// A tasklet's state has two bits. SCHED is set while it waits, RUN while its function
// runs: SCHED is cleared before the function starts, so that it may be scheduled anew
// from inside. A disabled tasklet waits, scheduled, until it is enabled.

#include <ashlar/kernel_port.h>

#include <linux/bitops.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct tasklet_queue {
    struct tasklet_struct *first, **end;
};
static DEFINE_RAW_SPINLOCK(lock);
static struct tasklet_queue urgent = {NULL, &urgent.first}, normal = {NULL, &normal.first};
static u32 word; /* moves when a tasklet is scheduled, enabled, or has run */
static u32 started;

static void moved(void)
{
    __atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(&word, INT_MAX);
}

/* With the lock held: the first that is not disabled. */
static struct tasklet_struct *take(struct tasklet_queue *queue)
{
    struct tasklet_struct **at, *tasklet;

    for (at = &queue->first; (tasklet = *at); at = &tasklet->next) {
        if (atomic_read(&tasklet->count)) continue;
        *at = tasklet->next;
        if (!*at) queue->end = at;
        return tasklet;
    }
    return NULL;
}

static bool run_one(void)
{
    struct tasklet_struct *tasklet;
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    tasklet = take(&urgent);
    if (!tasklet) tasklet = take(&normal);
    if (tasklet) {
        set_bit(TASKLET_STATE_RUN, &tasklet->state);
        clear_bit(TASKLET_STATE_SCHED, &tasklet->state);
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    if (!tasklet) return false;
    preempt_count_add(SOFTIRQ_OFFSET);
    if (tasklet->use_callback)
        tasklet->callback(tasklet);
    else
        tasklet->func(tasklet->data);
    preempt_count_sub(SOFTIRQ_OFFSET);
    smp_mb__before_atomic();
    clear_bit(TASKLET_STATE_RUN, &tasklet->state);
    moved();
    return true;
}

static void softirq_thread(void *unused)
{
    (void)unused;
    for (;;) {
        u32 seen = __atomic_load_n(&word, __ATOMIC_SEQ_CST);
        if (!run_one()) ashlar_port_wait(&word, seen, U64_MAX);
    }
}

void ashlar_start_softirq_thread(void)
{
    if (__atomic_exchange_n(&started, 1, __ATOMIC_ACQ_REL)) return;
    if (ashlar_port_spawn(softirq_thread, NULL, "ksoftirqd")) panic("no thread for tasklets");
}

static void schedule_in(struct tasklet_queue *queue, struct tasklet_struct *tasklet)
{
    unsigned long flags;

    if (test_and_set_bit(TASKLET_STATE_SCHED, &tasklet->state)) return;
    ashlar_start_softirq_thread();
    raw_spin_lock_irqsave(&lock, flags);
    tasklet->next = NULL;
    *queue->end = tasklet;
    queue->end = &tasklet->next;
    raw_spin_unlock_irqrestore(&lock, flags);
    moved();
}

void tasklet_schedule(struct tasklet_struct *tasklet) { schedule_in(&normal, tasklet); }
void tasklet_hi_schedule(struct tasklet_struct *tasklet) { schedule_in(&urgent, tasklet); }

void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *tasklet))
{
    *tasklet = (struct tasklet_struct){.use_callback = true, .callback = callback};
}

void tasklet_init(struct tasklet_struct *tasklet, void (*function)(unsigned long data), unsigned long data)
{
    *tasklet = (struct tasklet_struct){.func = function, .data = data};
}

static void wait_for_bit_clear(struct tasklet_struct *tasklet, int bit)
{
    for (;;) {
        u32 seen = __atomic_load_n(&word, __ATOMIC_SEQ_CST);
        if (!test_bit(bit, &tasklet->state)) return;
        ashlar_port_wait(&word, seen, U64_MAX);
    }
}

void tasklet_unlock_wait(struct tasklet_struct *tasklet) { wait_for_bit_clear(tasklet, TASKLET_STATE_RUN); }

void tasklet_disable_nosync(struct tasklet_struct *tasklet) { atomic_inc(&tasklet->count); }

void tasklet_disable(struct tasklet_struct *tasklet)
{
    tasklet_disable_nosync(tasklet);
    tasklet_unlock_wait(tasklet);
}

void tasklet_enable(struct tasklet_struct *tasklet)
{
    if (atomic_dec_and_test(&tasklet->count)) moved();
}

/* What is scheduled still runs; afterwards the tasklet neither waits nor runs. */
void tasklet_kill(struct tasklet_struct *tasklet)
{
    if (in_interrupt()) pr_notice("Attempt to kill tasklet from interrupt\n");
    while (test_and_set_bit(TASKLET_STATE_SCHED, &tasklet->state)) wait_for_bit_clear(tasklet, TASKLET_STATE_SCHED);
    tasklet_unlock_wait(tasklet);
    clear_bit(TASKLET_STATE_SCHED, &tasklet->state);
    moved();
}
