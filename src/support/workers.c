// Pools of workers: who runs works, and where.
//
// Each CPU has a pool, whose workers never leave it, and there is one for works that may run
// anywhere. A work goes to the pool of the CPU that it was queued for. Of a queue at most `limit`
// works are active in a pool, which is ready or running; the others wait in the queue.
//
// A work that sleeps must not keep later ones from running: a pool that is used has an idle worker.
// A thread of its own, the manager, starts workers where there is none, because works are queued
// where nobody may start a thread.
//
// A work never runs beside itself. While it runs it is queued to the pool where it runs, as in
// Linux; one that comes by way of another queue, and so to another pool, waits there until it has
// ended, and `held_up` tells whom to wake then.

#include "support/workqueue.h"

#include "support/affinity.h"

#include <ashlar/kernel_port.h>

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>

static struct work_pool {
    struct list_head ready;
    unsigned int workers, idle;
    u32 came; /* moves when a work is ready */
} pools[POOLS];

/* As many as one queue may have active at once, and the first of each pool in any case. */
static struct worker workers[WQ_MAX_ACTIVE + POOLS];
static unsigned int worker_count, pools_in_use;
static DECLARE_BITMAP(held_up, POOLS);

DEFINE_RAW_SPINLOCK(ashlar_work_lock);
static u64 turns;
static u32 ended;   /* moves when a work has run or is cancelled */
static u32 missing; /* moves when a pool has no idle worker */
static u32 managed;

static void moved(u32 *word)
{
    __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(word, INT_MAX);
}

void ashlar_work_came(unsigned int pool)
{
    moved(&pools[pool].came);
    if (!READ_ONCE(pools[pool].idle)) moved(&missing);
}

void ashlar_work_ended(void) { moved(&ended); }

void ashlar_work_changed(void)
{
    for (unsigned int i = 0; i < POOLS; i++)
        if (READ_ONCE(pools[i].workers)) moved(&pools[i].came);
    moved(&ended);
}

u32 ashlar_work_ended_word(void) { return __atomic_load_n(&ended, __ATOMIC_SEQ_CST); }
void ashlar_work_wait(u32 word) { ashlar_port_wait(&ended, word, U64_MAX); }

/* ---- works in pools -------------------------------------------------------------------------- */

u64 ashlar_work_turns(void) { return turns; }

struct worker *ashlar_work_runner(const struct work_struct *work)
{
    for (unsigned int i = 0; i < worker_count; i++)
        if (workers[i].work == work) return &workers[i];
    return NULL;
}

static struct queue_in_pool *part(struct workqueue_struct *queue, unsigned int pool)
{
    struct queue_in_pool *in = &queue->in[pool == UNBOUND_POOL ? 0 : pool];

    if (!in->waiting.next) INIT_LIST_HEAD(&in->waiting);
    return in;
}

static struct list_head *ready_in(unsigned int pool)
{
    if (!pools[pool].ready.next) INIT_LIST_HEAD(&pools[pool].ready);
    return &pools[pool].ready;
}

static unsigned int pool_for(const struct workqueue_struct *queue, const struct work_struct *work, int cpu)
{
    struct worker *running = ashlar_work_runner(work);

    if (queue->flags & WQ_UNBOUND) return UNBOUND_POOL;
    if (running && running->queue == queue) return running->pool;
    return cpu_possible(cpu) ? (unsigned int)cpu : (unsigned int)raw_smp_processor_id();
}

unsigned int ashlar_work_insert(struct workqueue_struct *queue, struct work_struct *work, int cpu)
{
    unsigned int pool = pool_for(queue, work, cpu);
    struct queue_in_pool *in = part(queue, pool);

    work->queue = queue;
    work->pool = (u8)pool;
    work->turn = ++turns;
    work->active = in->active < queue->limit;
    if (work->active) in->active++;
    list_add_tail(&work->entry, work->active ? ready_in(pool) : &in->waiting);
    return pool;
}

void ashlar_work_take(struct work_struct *work)
{
    list_del_init(&work->entry);
    WRITE_ONCE(work->pending, 0);
}

/* The oldest waiting work of the queue in the pool becomes ready, if there is one. */
static bool activate(struct queue_in_pool *in, unsigned int pool)
{
    struct work_struct *next = list_first_entry_or_null(&in->waiting, struct work_struct, entry);

    if (!next) return false;
    next->active = true;
    list_move_tail(&next->entry, ready_in(pool));
    return true;
}

void ashlar_work_retire(struct workqueue_struct *queue, unsigned int pool)
{
    struct queue_in_pool *in = part(queue, pool);

    if (in->active > queue->limit || !activate(in, pool)) in->active--;
}

static unsigned int first_pool(const struct workqueue_struct *queue)
{
    return queue->flags & WQ_UNBOUND ? UNBOUND_POOL : 0;
}
static unsigned int end_pool(const struct workqueue_struct *queue)
{
    return queue->flags & WQ_UNBOUND ? POOLS : nr_cpu_ids;
}

void ashlar_work_fill(struct workqueue_struct *queue)
{
    for (unsigned int i = first_pool(queue); i < end_pool(queue); i++) {
        struct queue_in_pool *in = part(queue, i);

        while (in->active < queue->limit && activate(in, i)) in->active++;
    }
}

bool ashlar_work_waits(struct workqueue_struct *queue, int cpu)
{
    if (!cpu_possible(cpu)) cpu = raw_smp_processor_id();
    return !list_empty(&part(queue, queue->flags & WQ_UNBOUND ? UNBOUND_POOL : (unsigned int)cpu)->waiting);
}

bool ashlar_work_left(struct workqueue_struct *queue, u64 last)
{
    struct work_struct *work;

    for (unsigned int i = first_pool(queue); i < end_pool(queue); i++) {
        list_for_each_entry(work, &part(queue, i)->waiting, entry) if (work->turn <= last) return true;
        list_for_each_entry(work, ready_in(i), entry) if (work->queue == queue && work->turn <= last) return true;
    }
    for (unsigned int i = 0; i < worker_count; i++)
        if (workers[i].work && workers[i].queue == queue && workers[i].turn <= last) return true;
    return false;
}

/* ---- workers --------------------------------------------------------------------------------- */

static struct work_struct *pick(unsigned int pool)
{
    struct work_struct *work;

    list_for_each_entry(work, ready_in(pool), entry)
    {
        if (!ashlar_work_runner(work)) return work;
        __set_bit(pool, held_up);
    }
    return NULL;
}

static void run(struct worker *self, struct work_struct *work, work_func_t function)
{
    unsigned int before = (unsigned int)preempt_count();

    function(work);
    WARN((unsigned int)preempt_count() != before || irqs_disabled(),
         "BUG: workqueue leaked lock or atomic: %s, preempt_count %#x, last function: %ps", self->queue->name,
         preempt_count(), (void *)function);
}

/* Runs one work, if there is one. */
static bool work_once(struct worker *self, struct work_pool *pool)
{
    DECLARE_BITMAP(freed, POOLS);
    struct work_struct *work;
    work_func_t function = NULL;
    unsigned long flags;
    unsigned int i;
    bool last_idle = false;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    work = pick(self->pool);
    if (work) {
        ashlar_work_take(work);
        function = work->func;
        self->queue = work->queue;
        self->turn = work->turn;
        WRITE_ONCE(self->work, work);
        last_idle = --pool->idle == 0;
    }
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    if (!work) return false;
    if (last_idle) moved(&missing);
    run(self, work, function);
    /* Neither the work nor, after the lock, its queue need exist any more. */
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    WRITE_ONCE(self->work, NULL);
    pool->idle++;
    ashlar_work_retire(self->queue, self->pool);
    bitmap_copy(freed, held_up, POOLS);
    bitmap_zero(held_up, POOLS);
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    for_each_set_bit(i, freed, POOLS) moved(&pools[i].came);
    ashlar_work_ended();
    return true;
}

static void worker_thread(void *argument)
{
    struct worker *self = argument;
    struct work_pool *pool = &pools[self->pool];

    WRITE_ONCE(self->task, current);
    current->flags |= PF_WQ_WORKER | PF_KTHREAD;
    if (self->pool == UNBOUND_POOL) {
        snprintf(current->comm, sizeof(current->comm), "kworker/u:%d", (int)(self - workers));
    } else {
        snprintf(current->comm, sizeof(current->comm), "kworker/%u:%d", self->pool, (int)(self - workers));
        ashlar_stay_on(self->pool);
    }
    for (;;) {
        u32 word = __atomic_load_n(&pool->came, __ATOMIC_SEQ_CST);

        if (!work_once(self, pool)) ashlar_port_wait(&pool->came, word, U64_MAX);
    }
}

/* A place for a worker of the pool, if one is missing there. */
static struct worker *missing_worker(unsigned int i)
{
    struct work_pool *pool = &pools[i];
    struct worker *fresh = NULL;
    unsigned long flags;

    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    if (!pool->idle && (pool->workers ? worker_count - pools_in_use < WQ_MAX_ACTIVE : !list_empty(ready_in(i)))) {
        fresh = &workers[worker_count++];
        fresh->pool = i;
        pool->idle++;
        if (!pool->workers++) pools_in_use++;
    }
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return fresh;
}

/* False: there is no thread for it. The others have to do, and it is tried again. */
static bool start_worker(struct worker *fresh)
{
    unsigned long flags;

    if (ashlar_port_spawn(worker_thread, fresh, "kworker") == 0) return true;
    raw_spin_lock_irqsave(&ashlar_work_lock, flags);
    worker_count--; /* only the manager adds: it is the last */
    pools[fresh->pool].idle--;
    if (!--pools[fresh->pool].workers) pools_in_use--;
    raw_spin_unlock_irqrestore(&ashlar_work_lock, flags);
    return false;
}

static void manager_thread(void *unused)
{
    (void)unused;
    current->flags |= PF_KTHREAD;
    for (;;) {
        u32 word = __atomic_load_n(&missing, __ATOMIC_SEQ_CST);
        bool all = true;

        for (unsigned int i = 0; i < POOLS; i++) {
            struct worker *fresh = missing_worker(i);

            if (fresh) all &= start_worker(fresh);
        }
        ashlar_port_wait(&missing, word, all ? U64_MAX : 10 * NSEC_PER_MSEC);
    }
}

void ashlar_start_system_worker(void)
{
    if (__atomic_exchange_n(&managed, 1, __ATOMIC_ACQ_REL)) return;
    if (ashlar_port_spawn(manager_thread, NULL, "kworkers")) panic("no thread for work queues");
}

struct work_struct *current_work(void)
{
    for (unsigned int i = 0; i < READ_ONCE(worker_count); i++)
        if (READ_ONCE(workers[i].task) == current) return workers[i].work;
    return NULL;
}
