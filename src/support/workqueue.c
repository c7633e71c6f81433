// Work queues: one worker thread each, started with the queue; the system's with
// the first work, or before interrupts come. A work is pending from queueing
// until the worker takes it; while it runs it may be queued again.

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct workqueue_struct {
    raw_spinlock_t lock;
    struct list_head works;
    struct work_struct *running;
    u32 word;    /* moves with every change */
    u32 started; /* 0 none, 1 running, 2 asked to end, 3 ended */
    char name[TASK_COMM_LEN];
};

static struct workqueue_struct the_system_queue = {.works = LIST_HEAD_INIT(the_system_queue.works), .name = "events"};
struct workqueue_struct *system_wq = &the_system_queue;

static void changed(struct workqueue_struct *queue)
{
    __atomic_fetch_add(&queue->word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(&queue->word, INT_MAX);
}

static void worker(void *argument)
{
    struct workqueue_struct *queue = argument;

    for (;;) {
        u32 word = __atomic_load_n(&queue->word, __ATOMIC_SEQ_CST);
        struct work_struct *work = NULL;
        unsigned long flags;

        raw_spin_lock_irqsave(&queue->lock, flags);
        if (!list_empty(&queue->works)) {
            work = list_first_entry(&queue->works, struct work_struct, entry);
            list_del(&work->entry);
            WRITE_ONCE(work->pending, 0);
            queue->running = work;
        }
        raw_spin_unlock_irqrestore(&queue->lock, flags);
        if (!work) {
            if (__atomic_load_n(&queue->started, __ATOMIC_SEQ_CST) == 2) break;
            ashlar_port_wait(&queue->word, word, U64_MAX);
            continue;
        }
        work->func(work);
        raw_spin_lock_irqsave(&queue->lock, flags);
        queue->running = NULL;
        raw_spin_unlock_irqrestore(&queue->lock, flags);
        changed(queue);
    }
    /* The last access: whoever waits for it frees the queue. */
    __atomic_store_n(&queue->started, 3, __ATOMIC_SEQ_CST);
}

static void start(struct workqueue_struct *queue)
{
    if (__atomic_exchange_n(&queue->started, 1, __ATOMIC_ACQ_REL)) return;
    if (ashlar_port_spawn(worker, queue, queue->name)) panic("no thread for work queue %s", queue->name);
}

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active, ...)
{
    struct workqueue_struct *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
    va_list arguments;

    (void)flags;
    if (!queue) return NULL;
    INIT_LIST_HEAD(&queue->works);
    va_start(arguments, max_active);
    vsnprintf(queue->name, sizeof(queue->name), name, arguments);
    va_end(arguments);
    start(queue);
    return queue;
}

void ashlar_start_system_worker(void) { start(system_wq); }

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
    unsigned long flags;
    bool queued = false;

    raw_spin_lock_irqsave(&queue->lock, flags);
    if (!work->pending) {
        WRITE_ONCE(work->pending, 1);
        work->queue = queue;
        list_add_tail(&work->entry, &queue->works);
        queued = true;
    }
    raw_spin_unlock_irqrestore(&queue->lock, flags);
    if (!queued) return false;
    start(queue);
    changed(queue);
    return true;
}

/* Waits until the work neither waits nor runs; answers whether it did either. */
bool flush_work(struct work_struct *work)
{
    struct workqueue_struct *queue = work->queue;
    bool waited = false;

    ashlar_might_sleep("flush_work", __FILE__, __LINE__);
    while (queue) {
        u32 word = __atomic_load_n(&queue->word, __ATOMIC_SEQ_CST);
        if (!READ_ONCE(work->pending) && READ_ONCE(queue->running) != work) break;
        waited = true;
        ashlar_port_wait(&queue->word, word, U64_MAX);
    }
    return waited;
}

bool cancel_work_sync(struct work_struct *work)
{
    struct workqueue_struct *queue = work->queue;
    unsigned long flags;
    bool was_pending;

    if (!queue) return false;
    raw_spin_lock_irqsave(&queue->lock, flags);
    was_pending = work->pending;
    if (was_pending) {
        list_del(&work->entry);
        WRITE_ONCE(work->pending, 0);
    }
    raw_spin_unlock_irqrestore(&queue->lock, flags);
    flush_work(work);
    return was_pending;
}

void flush_workqueue(struct workqueue_struct *queue)
{
    ashlar_might_sleep("flush_workqueue", __FILE__, __LINE__);
    for (;;) {
        u32 word = __atomic_load_n(&queue->word, __ATOMIC_SEQ_CST);
        unsigned long flags;
        bool idle;

        raw_spin_lock_irqsave(&queue->lock, flags);
        idle = list_empty(&queue->works) && !queue->running;
        raw_spin_unlock_irqrestore(&queue->lock, flags);
        if (idle) return;
        ashlar_port_wait(&queue->word, word, U64_MAX);
    }
}

void destroy_workqueue(struct workqueue_struct *queue)
{
    flush_workqueue(queue);
    if (__atomic_exchange_n(&queue->started, 2, __ATOMIC_ACQ_REL) == 1) {
        changed(queue);
        while (__atomic_load_n(&queue->started, __ATOMIC_SEQ_CST) != 3)
            ashlar_port_wait(&queue->started, 2, NSEC_PER_MSEC);
    }
    kfree(queue);
}

/* ---- delayed work ---------------------------------------------------------------------------- */

void ashlar_delayed_work_fire(struct timer_list *timer)
{
    struct delayed_work *delayed = container_of(timer, struct delayed_work, timer);
    queue_work(delayed->wq, &delayed->work);
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    if (timer_pending(&delayed->timer) || work_pending(&delayed->work)) return false;
    delayed->wq = queue;
    if (!delay) return queue_work(queue, &delayed->work);
    mod_timer(&delayed->timer, jiffies + delay);
    return true;
}

bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    bool was_pending = cancel_delayed_work(delayed);
    delayed->wq = queue;
    queue_delayed_work(queue, delayed, delay);
    return was_pending;
}

bool cancel_delayed_work(struct delayed_work *delayed) { return del_timer(&delayed->timer); }

bool cancel_delayed_work_sync(struct delayed_work *delayed)
{
    bool was_pending = del_timer_sync(&delayed->timer);
    return cancel_work_sync(&delayed->work) || was_pending;
}

bool flush_delayed_work(struct delayed_work *delayed)
{
    if (del_timer_sync(&delayed->timer)) queue_work(delayed->wq, &delayed->work);
    return flush_work(&delayed->work);
}
