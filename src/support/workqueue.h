// Works, pools and workers: what workers.c, workqueue.c and delayed_work.c share. What follows is
// called with ashlar_work_lock held, if not said otherwise.
#pragma once

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/* A pool a CPU, and one for works that may run anywhere. */
enum { UNBOUND_POOL = NR_CPUS, POOLS };

/* A queue's works in one pool: active == of those on the pool's list of ready works and in its
 * workers, the queue's; active <= limit; and none waits while active < limit. */
struct queue_in_pool {
    struct list_head waiting; /* oldest first */
    unsigned int active;
};
struct workqueue_struct {
    unsigned int flags, limit;
    char name[WQ_NAME_LEN];
    struct queue_in_pool in[]; /* one a CPU; with WQ_UNBOUND only one */
};

struct worker {
    struct work_struct *work; /* what it runs */
    struct workqueue_struct *queue;
    u64 turn;
    struct task_struct *task;
    unsigned int pool;
};

extern raw_spinlock_t ashlar_work_lock;

/* The number of the last queueing. */
u64 ashlar_work_turns(void);
/* The worker that runs the work. */
struct worker *ashlar_work_runner(const struct work_struct *work);
/* The pending work goes to a CPU's pool, or the caller's with WORK_CPU_UNBOUND; answers which, for
 * ashlar_work_came(). */
unsigned int ashlar_work_insert(struct workqueue_struct *queue, struct work_struct *work, int cpu);
/* The work on a list is idle. */
void ashlar_work_take(struct work_struct *work);
/* One of the queue's active works in the pool is none any more. */
void ashlar_work_retire(struct workqueue_struct *queue, unsigned int pool);
/* Whether a work of the queue that was queued by turn `last` is waiting, ready or running. */
bool ashlar_work_left(struct workqueue_struct *queue, u64 last);
/* Whether a work of the queue waits for room in a CPU's pool, or the caller's. */
bool ashlar_work_waits(struct workqueue_struct *queue, int cpu);
/* Makes waiting works ready where the queue's limit has room. */
void ashlar_work_fill(struct workqueue_struct *queue);

/* Without the lock: a work is in the pool. */
void ashlar_work_came(unsigned int pool);
/* Without the lock: a work has ended; works have ended, or are ready, in whichever pool. */
void ashlar_work_ended(void);
void ashlar_work_changed(void);
/* Without the lock: sleeps until works end, unless they have since the word was read. */
u32 ashlar_work_ended_word(void);
void ashlar_work_wait(u32 word);
/* Without the lock, where threads may be started: there will be workers. */
void ashlar_start_system_worker(void);

/* Makes a pending work idle; lets go of the lock while its timer fires. Answers whether it was
 * pending. */
bool ashlar_work_grab(struct work_struct *work, struct timer_list *timer, unsigned long *flags);
/* Without the lock. */
bool ashlar_work_cancel(struct work_struct *work, struct timer_list *timer, bool sync);
