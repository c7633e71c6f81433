// Work queues: functions run later by threads that may sleep.
//
// One pool of workers serves all queues. A queue lets at most `limit` of its works
// be active, which is ready or running; the others wait in the queue. Before a
// worker runs a function it makes sure that another one is idle, so a work may
// sleep until a later one of any queue with room has run.
//
// A work is queued again while it runs, but never runs twice at once. `turn` numbers
// every queueing: who flushes waits for the turns that there are, not for later
// ones, so a work that queues itself again can be flushed; and a work that is being
// cancelled refuses to be queued, so it can be cancelled as well.
//
// A work is pending from queueing to running: on a list, or, delayed, in its timer.
// The lock is taken before the timers' own and held for a few instructions.

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct workqueue_struct {
    struct list_head waiting; /* works beyond the limit, oldest first */
    unsigned int active, limit;
    char name[TASK_COMM_LEN];
};

struct worker {
    struct work_struct *work; /* what it runs */
    struct workqueue_struct *queue;
    u64 turn;
    struct task_struct *task;
};
/* As many as one queue may have active. */
static struct worker workers[WQ_DFL_ACTIVE];
static unsigned int worker_count, idle_count;

static DEFINE_RAW_SPINLOCK(lock);
static LIST_HEAD(ready);
static u64 turns;
static u32 came, ended; /* words to wait for: they move when a work is ready, and when one has run or is cancelled */
static u32 pool_started;

static struct workqueue_struct the_system_queue = {
    .waiting = LIST_HEAD_INIT(the_system_queue.waiting), .limit = WQ_DFL_ACTIVE, .name = "events"};
struct workqueue_struct *system_wq = &the_system_queue;

static void moved(u32 *word)
{
    __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(word, INT_MAX);
}

static struct worker *runner(const struct work_struct *work)
{
    for (unsigned int i = 0; i < worker_count; i++)
        if (workers[i].work == work) return &workers[i];
    return NULL;
}

/* With the lock held, as all that follow until the workers. */
static void insert(struct workqueue_struct *queue, struct work_struct *work)
{
    work->queue = queue;
    work->turn = ++turns;
    work->active = queue->active < queue->limit;
    if (work->active) queue->active++;
    list_add_tail(&work->entry, work->active ? &ready : &queue->waiting);
}

/* One of the queue's active works is none any more. */
static void retire(struct workqueue_struct *queue)
{
    struct work_struct *next = list_first_entry_or_null(&queue->waiting, struct work_struct, entry);

    if (!next) {
        queue->active--;
        return;
    }
    next->active = true;
    list_move_tail(&next->entry, &ready);
}

static struct work_struct *pick(void)
{
    struct work_struct *work;

    list_for_each_entry(work, &ready, entry)
    {
        if (!runner(work)) return work;
    }
    return NULL;
}

static void take(struct work_struct *work)
{
    list_del_init(&work->entry);
    WRITE_ONCE(work->pending, 0);
}

/* ---- workers --------------------------------------------------------------------------------- */

static void work_on(void *argument);

static bool one_more_worker(void)
{
    struct worker *fresh = NULL;
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    if (!idle_count && worker_count < ARRAY_SIZE(workers)) {
        fresh = &workers[worker_count++];
        idle_count++;
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    if (!fresh || ashlar_port_spawn(work_on, fresh, "kworker") == 0) return true;
    /* Its place stays empty; those that run have to do. */
    raw_spin_lock_irqsave(&lock, flags);
    idle_count--;
    raw_spin_unlock_irqrestore(&lock, flags);
    return false;
}

static void run(struct worker *self, struct work_struct *work, work_func_t function)
{
    unsigned int before = (unsigned int)preempt_count();

    function(work);
    WARN((unsigned int)preempt_count() != before || irqs_disabled(),
         "BUG: workqueue leaked lock or atomic: %s, preempt_count %#x, last function: %ps", self->queue->name,
         preempt_count(), (void *)function);
}

static void work_on(void *argument)
{
    struct worker *self = argument;

    self->task = current;
    self->task->flags |= PF_WQ_WORKER | PF_KTHREAD;
    for (;;) {
        u32 word = __atomic_load_n(&came, __ATOMIC_SEQ_CST);
        struct work_struct *work;
        work_func_t function = NULL;
        unsigned long flags;

        raw_spin_lock_irqsave(&lock, flags);
        work = pick();
        if (work) {
            take(work);
            function = work->func;
            self->queue = work->queue;
            self->turn = work->turn;
            WRITE_ONCE(self->work, work);
            idle_count--;
        }
        raw_spin_unlock_irqrestore(&lock, flags);
        if (!work) {
            ashlar_port_wait(&came, word, U64_MAX);
            continue;
        }
        one_more_worker();
        run(self, work, function);
        /* Neither the work nor, after the lock, its queue need exist any more. */
        raw_spin_lock_irqsave(&lock, flags);
        WRITE_ONCE(self->work, NULL);
        idle_count++;
        retire(self->queue);
        raw_spin_unlock_irqrestore(&lock, flags);
        moved(&came);
        moved(&ended);
    }
}

void ashlar_start_system_worker(void)
{
    if (__atomic_exchange_n(&pool_started, 1, __ATOMIC_ACQ_REL)) return;
    if (!one_more_worker()) panic("no thread for work queues");
}

struct work_struct *current_work(void)
{
    for (unsigned int i = 0; i < READ_ONCE(worker_count); i++)
        if (READ_ONCE(workers[i].task) == current) return workers[i].work;
    return NULL;
}

/* ---- queues ---------------------------------------------------------------------------------- */

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active, ...)
{
    struct workqueue_struct *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
    va_list arguments;

    (void)flags;
    if (!queue) return NULL;
    INIT_LIST_HEAD(&queue->waiting);
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

    raw_spin_lock_irqsave(&lock, flags);
    queue->limit = (unsigned int)clamp(max_active, 1, WQ_MAX_ACTIVE);
    raw_spin_unlock_irqrestore(&lock, flags);
}

/* Whether a work of the queue that was queued by turn `last` is waiting, ready or running. */
static bool has_until(struct workqueue_struct *queue, u64 last)
{
    struct work_struct *work;
    unsigned long flags;
    bool found = false;

    raw_spin_lock_irqsave(&lock, flags);
    list_for_each_entry(work, &queue->waiting, entry) found |= work->turn <= last;
    list_for_each_entry(work, &ready, entry) found |= work->queue == queue && work->turn <= last;
    for (unsigned int i = 0; i < worker_count; i++)
        found |= workers[i].work && workers[i].queue == queue && workers[i].turn <= last;
    raw_spin_unlock_irqrestore(&lock, flags);
    return found;
}

static void wait_until(struct workqueue_struct *queue, u64 last)
{
    for (;;) {
        u32 word = __atomic_load_n(&ended, __ATOMIC_SEQ_CST);
        if (!has_until(queue, last)) return;
        ashlar_port_wait(&ended, word, U64_MAX);
    }
}

void flush_workqueue(struct workqueue_struct *queue)
{
    unsigned long flags;
    u64 last;

    ashlar_might_sleep("flush_workqueue", __FILE__, __LINE__);
    raw_spin_lock_irqsave(&lock, flags);
    last = turns;
    raw_spin_unlock_irqrestore(&lock, flags);
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

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
    unsigned long flags;
    bool queued;

    ashlar_start_system_worker();
    raw_spin_lock_irqsave(&lock, flags);
    queued = !work->pending && !work->cancelling;
    if (queued) {
        WRITE_ONCE(work->pending, 1);
        insert(queue, work);
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    if (queued) moved(&came);
    return queued;
}

/* Whether the turn is still to come or to end. */
static bool has_turn(struct work_struct *work, u64 turn)
{
    unsigned long flags;
    struct worker *running;
    bool found;

    raw_spin_lock_irqsave(&lock, flags);
    running = runner(work);
    found = (running && running->turn == turn) || (!list_empty(&work->entry) && work->turn == turn);
    raw_spin_unlock_irqrestore(&lock, flags);
    return found;
}

static void wait_for_turn(struct work_struct *work, u64 turn)
{
    for (;;) {
        u32 word = __atomic_load_n(&ended, __ATOMIC_SEQ_CST);
        if (!has_turn(work, turn)) return;
        ashlar_port_wait(&ended, word, U64_MAX);
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
    raw_spin_lock_irqsave(&lock, flags);
    running = runner(work);
    queued = !list_empty(&work->entry);
    turn = queued || !running ? work->turn : running->turn;
    raw_spin_unlock_irqrestore(&lock, flags);
    if (!queued && !running) return false;
    wait_for_turn(work, turn);
    return true;
}

/* With the lock held: makes a pending work idle. A timer that fires just now holds the work for a
 * moment; until it has put it on a list the lock is let go. */
static bool grab(struct work_struct *work, struct timer_list *timer, unsigned long *flags)
{
    while (work->pending) {
        if (timer && del_timer(timer)) {
            WRITE_ONCE(work->pending, 0);
            return true;
        }
        if (!list_empty(&work->entry)) {
            take(work);
            if (work->active) retire(work->queue);
            return true;
        }
        raw_spin_unlock_irqrestore(&lock, *flags);
        cpu_relax();
        raw_spin_lock_irqsave(&lock, *flags);
    }
    return false;
}

static bool cancel(struct work_struct *work, struct timer_list *timer, bool sync)
{
    unsigned long flags;
    struct worker *running;
    bool was_pending;
    u64 turn = 0;

    raw_spin_lock_irqsave(&lock, flags);
    if (sync) work->cancelling++;
    was_pending = grab(work, timer, &flags);
    running = runner(work);
    if (running) turn = running->turn;
    raw_spin_unlock_irqrestore(&lock, flags);
    if (was_pending) {
        moved(&came);
        moved(&ended);
    }
    if (!sync) return was_pending;
    if (running) wait_for_turn(work, turn);
    raw_spin_lock_irqsave(&lock, flags);
    work->cancelling--;
    raw_spin_unlock_irqrestore(&lock, flags);
    return was_pending;
}

bool cancel_work(struct work_struct *work) { return cancel(work, NULL, false); }

bool cancel_work_sync(struct work_struct *work)
{
    ashlar_might_sleep("cancel_work_sync", __FILE__, __LINE__);
    return cancel(work, NULL, true);
}

unsigned int work_busy(struct work_struct *work)
{
    unsigned long flags;
    unsigned int busy;

    raw_spin_lock_irqsave(&lock, flags);
    busy = (work->pending ? WORK_BUSY_PENDING : 0) | (runner(work) ? WORK_BUSY_RUNNING : 0);
    raw_spin_unlock_irqrestore(&lock, flags);
    return busy;
}

/* ---- delayed work ---------------------------------------------------------------------------- */

void ashlar_delayed_work_fire(struct timer_list *timer)
{
    struct delayed_work *delayed = container_of(timer, struct delayed_work, timer);
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    insert(delayed->wq, &delayed->work);
    raw_spin_unlock_irqrestore(&lock, flags);
    moved(&came);
}

void ashlar_start_timers(void);

/* With the lock held and the work neither pending nor being cancelled. */
static void start(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    WRITE_ONCE(delayed->work.pending, 1);
    delayed->wq = queue;
    if (delay)
        mod_timer(&delayed->timer, jiffies + delay);
    else
        insert(queue, &delayed->work);
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    struct work_struct *work = &delayed->work;
    unsigned long flags;
    bool queued;

    ashlar_start_system_worker();
    ashlar_start_timers();
    raw_spin_lock_irqsave(&lock, flags);
    queued = !work->pending && !work->cancelling;
    if (queued) start(queue, delayed, delay);
    raw_spin_unlock_irqrestore(&lock, flags);
    if (queued && !delay) moved(&came);
    return queued;
}

bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed, unsigned long delay)
{
    unsigned long flags;
    bool was_pending;

    ashlar_start_system_worker();
    ashlar_start_timers();
    raw_spin_lock_irqsave(&lock, flags);
    was_pending = grab(&delayed->work, &delayed->timer, &flags);
    if (!delayed->work.cancelling) start(queue, delayed, delay);
    raw_spin_unlock_irqrestore(&lock, flags);
    moved(&came);
    moved(&ended);
    return was_pending;
}

bool cancel_delayed_work(struct delayed_work *delayed) { return cancel(&delayed->work, &delayed->timer, false); }

bool cancel_delayed_work_sync(struct delayed_work *delayed)
{
    ashlar_might_sleep("cancel_delayed_work_sync", __FILE__, __LINE__);
    return cancel(&delayed->work, &delayed->timer, true);
}

bool flush_delayed_work(struct delayed_work *delayed)
{
    unsigned long flags;
    bool due;

    raw_spin_lock_irqsave(&lock, flags);
    due = delayed->work.pending && del_timer(&delayed->timer);
    if (due) insert(delayed->wq, &delayed->work);
    raw_spin_unlock_irqrestore(&lock, flags);
    if (due) moved(&came);
    return flush_work(&delayed->work);
}

/* ---- work after a grace period --------------------------------------------------------------- */

static void grace_period_over(struct rcu_head *head)
{
    struct rcu_work *after = container_of(head, struct rcu_work, rcu);
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    insert(after->wq, &after->work);
    raw_spin_unlock_irqrestore(&lock, flags);
    moved(&came);
}

bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *after)
{
    unsigned long flags;
    bool queued;

    ashlar_start_system_worker();
    raw_spin_lock_irqsave(&lock, flags);
    queued = !after->work.pending;
    if (queued) WRITE_ONCE(after->work.pending, 1);
    raw_spin_unlock_irqrestore(&lock, flags);
    if (!queued) return false;
    after->wq = queue;
    call_rcu(&after->rcu, grace_period_over);
    return true;
}

bool flush_rcu_work(struct rcu_work *after)
{
    bool pending = READ_ONCE(after->work.pending) != 0;

    if (pending) rcu_barrier();
    return flush_work(&after->work) || pending;
}
