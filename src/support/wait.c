// Wait queues, completions and semaphores.
//
// A waiter puts itself on the queue, sets its state, looks at its condition and
// sleeps; a waker makes the condition true and then walks the queue. The queue's
// lock orders the two, so a wake-up between the look and the sleep is not lost.

#include <ashlar/kernel_port.h>

#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

DECLARE_WAIT_QUEUE_HEAD(ashlar_shared_queue);

void ashlar_init_waitqueue(struct wait_queue_head *queue)
{
    spin_lock_init(&queue->lock);
    INIT_LIST_HEAD(&queue->head);
}

int default_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key)
{
    (void)mode;
    (void)flags;
    (void)key;
    return wake_up_process(entry->private);
}

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key)
{
    /* Off the queue first: once its task runs, the entry may be gone. */
    struct task_struct *task = entry->private;

    (void)mode;
    (void)flags;
    (void)key;
    list_del_init_careful(&entry->entry);
    return wake_up_process(task);
}

void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *task)
{
    entry->flags = 0;
    entry->private = task;
    entry->func = default_wake_function;
}

static void enqueue(struct wait_queue_head *queue, struct wait_queue_entry *entry, bool exclusive)
{
    if (exclusive) {
        entry->flags |= WQ_FLAG_EXCLUSIVE;
        list_add_tail(&entry->entry, &queue->head);
    } else {
        entry->flags &= ~(unsigned)WQ_FLAG_EXCLUSIVE;
        list_add(&entry->entry, &queue->head);
    }
}

void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
    unsigned long flags;
    spin_lock_irqsave(&queue->lock, flags);
    enqueue(queue, entry, false);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
    unsigned long flags;
    spin_lock_irqsave(&queue->lock, flags);
    enqueue(queue, entry, true);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
    unsigned long flags;
    spin_lock_irqsave(&queue->lock, flags);
    list_del(&entry->entry);
    spin_unlock_irqrestore(&queue->lock, flags);
}

static bool prepare(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state, bool exclusive)
{
    unsigned long flags;
    bool first;

    spin_lock_irqsave(&queue->lock, flags);
    first = list_empty(&queue->head);
    if (list_empty(&entry->entry)) enqueue(queue, entry, exclusive);
    set_current_state((unsigned)state);
    spin_unlock_irqrestore(&queue->lock, flags);
    return first;
}

void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
    prepare(queue, entry, state, false);
}

bool prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
    return prepare(queue, entry, state, true);
}

void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
    unsigned long flags;

    __set_current_state(TASK_RUNNING);
    if (list_empty_careful(&entry->entry)) return;
    spin_lock_irqsave(&queue->lock, flags);
    list_del_init(&entry->entry);
    spin_unlock_irqrestore(&queue->lock, flags);
}

static int wake_locked(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key)
{
    struct wait_queue_entry *entry, *next;
    int woken = 0;

    list_for_each_entry_safe(entry, next, &queue->head, entry)
    {
        unsigned int flags = entry->flags;
        if (!entry->func(entry, mode, 0, key) || !(flags & WQ_FLAG_EXCLUSIVE)) continue;
        if (++woken == exclusive) break;
    }
    return woken;
}

int __wake_up(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key)
{
    unsigned long flags;
    int woken;

    spin_lock_irqsave(&queue->lock, flags);
    woken = wake_locked(queue, mode, exclusive, key);
    spin_unlock_irqrestore(&queue->lock, flags);
    return woken;
}

/* ---- completions ----------------------------------------------------------------------------- */

void complete(struct completion *x)
{
    unsigned long flags;
    spin_lock_irqsave(&x->wait.lock, flags);
    if (x->done != UINT_MAX) x->done++;
    wake_locked(&x->wait, TASK_NORMAL, 1, NULL);
    spin_unlock_irqrestore(&x->wait.lock, flags);
}

void complete_all(struct completion *x)
{
    unsigned long flags;
    spin_lock_irqsave(&x->wait.lock, flags);
    x->done = UINT_MAX;
    wake_locked(&x->wait, TASK_NORMAL, 0, NULL);
    spin_unlock_irqrestore(&x->wait.lock, flags);
}

bool try_wait_for_completion(struct completion *x)
{
    unsigned long flags;
    bool got;

    spin_lock_irqsave(&x->wait.lock, flags);
    got = x->done != 0;
    if (got && x->done != UINT_MAX) x->done--;
    spin_unlock_irqrestore(&x->wait.lock, flags);
    return got;
}

bool completion_done(struct completion *x)
{
    unsigned long flags;
    bool done;
    spin_lock_irqsave(&x->wait.lock, flags);
    done = x->done != 0;
    spin_unlock_irqrestore(&x->wait.lock, flags);
    return done;
}

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
    long left;

    might_sleep();
    if (try_wait_for_completion(x)) return timeout ? timeout : 1;
    left = ashlar_wait_event(x->wait, try_wait_for_completion(x), TASK_UNINTERRUPTIBLE, 1,
                             (long)min_t(unsigned long, timeout, MAX_SCHEDULE_TIMEOUT));
    return (unsigned long)left;
}

void wait_for_completion(struct completion *x) { wait_for_completion_timeout(x, MAX_SCHEDULE_TIMEOUT); }

/* ---- semaphores ------------------------------------------------------------------------------ */

int down_trylock(struct semaphore *sem)
{
    unsigned long flags;
    int failed;

    spin_lock_irqsave(&sem->wait.lock, flags);
    failed = sem->count == 0;
    if (!failed) sem->count--;
    spin_unlock_irqrestore(&sem->wait.lock, flags);
    return failed;
}

int down_timeout(struct semaphore *sem, long timeout)
{
    might_sleep();
    if (!down_trylock(sem)) return 0;
    return ashlar_wait_event(sem->wait, !down_trylock(sem), TASK_UNINTERRUPTIBLE, 1, timeout) ? 0 : -ETIME;
}

void down(struct semaphore *sem)
{
    if (down_timeout(sem, MAX_SCHEDULE_TIMEOUT)) BUG();
}

void up(struct semaphore *sem)
{
    unsigned long flags;
    spin_lock_irqsave(&sem->wait.lock, flags);
    sem->count++;
    wake_locked(&sem->wait, TASK_NORMAL, 1, NULL);
    spin_unlock_irqrestore(&sem->wait.lock, flags);
}
