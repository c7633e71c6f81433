/* SPDX-License-Identifier: MIT */
/*
 * Work done later by a worker thread, where sleeping is allowed: on the CPU that it was queued for,
 * or on which it was queued, or anywhere if the queue is WQ_UNBOUND. Of a queue's works at most
 * max_active run at once on each CPU, or of a WQ_UNBOUND queue's anywhere. Other than in Linux, two
 * works of one CPU are not kept from running at the same time while neither sleeps.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/timer.h>

#define WORK_CPU_UNBOUND CONFIG_NR_CPUS /* that of the caller */
struct workqueue_struct;
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);
struct work_struct {
    struct list_head entry;
    work_func_t func;
    struct workqueue_struct *queue;
    u64 turn;    /* of the last queueing */
    u32 pending; /* on a list, or in the timer */
    u16 cancelling;
    bool active; /* counts for the queue's limit */
    u8 pool;
};
struct delayed_work {
    struct work_struct work;
    struct timer_list timer;
    struct workqueue_struct *wq;
    int cpu;
};
struct rcu_work {
    struct work_struct work;
    struct rcu_head rcu;
    struct workqueue_struct *wq;
    int cpu;
};
#define ASHLAR_WORK_INIT(work, function)                                \
    {                                                                   \
        LIST_HEAD_INIT((work).entry), function, NULL, 0, 0, 0, false, 0 \
    }
#define DECLARE_WORK(name, function) struct work_struct name = ASHLAR_WORK_INIT(name, function)
#define INIT_WORK(work, function)               \
    do {                                        \
        struct work_struct *ashlar_it = (work); \
        INIT_LIST_HEAD(&ashlar_it->entry);      \
        ashlar_it->func = (function);           \
        ashlar_it->queue = NULL;                \
        ashlar_it->turn = 0;                    \
        ashlar_it->pending = 0;                 \
        ashlar_it->cancelling = 0;              \
        ashlar_it->active = false;              \
        ashlar_it->pool = 0;                    \
    } while (0)
#define PREPARE_WORK(work, function) ((work)->func = (function))
#define INIT_WORK_ONSTACK(work, function) INIT_WORK(work, function)
#define destroy_work_on_stack(work) ((void)(work))
ASHLAR_BEGIN_C
void ashlar_delayed_work_fire(struct timer_list *timer);
extern struct workqueue_struct *system_wq, *system_unbound_wq;
#define system_long_wq system_wq
#define system_highpri_wq system_wq
#define system_freezable_wq system_wq
#define system_power_efficient_wq system_wq
struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active, ...);
void destroy_workqueue(struct workqueue_struct *queue);
/* A queue that is WQ_UNBOUND asks for no CPU; for one that there is not, the work runs on another. */
bool queue_work_on(int cpu, struct workqueue_struct *queue, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
bool mod_delayed_work_on(int cpu, struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
/* Runs the function in a worker of each CPU and waits for all; 0 or -ENOMEM. */
int schedule_on_each_cpu(work_func_t function);
/* Runs the function in a worker of the CPU; the safe one answers -ENODEV when there is no such CPU. */
long work_on_cpu(int cpu, long (*function)(void *argument), void *argument);
long work_on_cpu_safe(int cpu, long (*function)(void *argument), void *argument);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *work);
bool cancel_delayed_work_sync(struct delayed_work *work);
bool flush_delayed_work(struct delayed_work *work);
void flush_workqueue(struct workqueue_struct *queue);
/* Waits also for works that works of the queue still queue. */
void drain_workqueue(struct workqueue_struct *queue);
void workqueue_set_max_active(struct workqueue_struct *queue, int max_active);
bool workqueue_congested(int cpu, struct workqueue_struct *queue);
bool cancel_work(struct work_struct *work);
unsigned int work_busy(struct work_struct *work);
/* What the calling worker runs; NULL in other threads. */
struct work_struct *current_work(void);
bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *work);
bool flush_rcu_work(struct rcu_work *work);
ASHLAR_END_C
static inline bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
    return queue_work_on(WORK_CPU_UNBOUND, queue, work);
}
static inline bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay)
{
    return queue_delayed_work_on(WORK_CPU_UNBOUND, queue, work, delay);
}
static inline bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay)
{
    return mod_delayed_work_on(WORK_CPU_UNBOUND, queue, work, delay);
}
#define INIT_DELAYED_WORK(delayed, function)                         \
    do {                                                             \
        INIT_WORK(&(delayed)->work, function);                       \
        timer_setup(&(delayed)->timer, ashlar_delayed_work_fire, 0); \
    } while (0)
#define DECLARE_DELAYED_WORK(name, function) \
    struct delayed_work name = {             \
        ASHLAR_WORK_INIT((name).work, function), {{NULL, NULL}, 0, ashlar_delayed_work_fire, 0, 0}, NULL, 0}
#define DECLARE_DEFERRABLE_WORK(name, function) DECLARE_DELAYED_WORK(name, function)
#define INIT_DELAYED_WORK_ONSTACK(delayed, function) INIT_DELAYED_WORK(delayed, function)
#define INIT_RCU_WORK(after, function) INIT_WORK(&(after)->work, function)
#define INIT_DEFERRABLE_WORK(delayed, function) INIT_DELAYED_WORK(delayed, function)
#define to_delayed_work(pointer) container_of(pointer, struct delayed_work, work)
#define work_pending(work) (READ_ONCE((work)->pending) != 0)
#define delayed_work_pending(delayed) work_pending(&(delayed)->work)
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_delayed_work(work, delay) queue_delayed_work(system_wq, work, delay)
#define schedule_work_on(cpu, work) queue_work_on((cpu), system_wq, (work))
#define schedule_delayed_work_on(cpu, work, delay) queue_delayed_work_on((cpu), system_wq, (work), (delay))
#define queue_work_node(node, queue, work) queue_work(queue, work)
#define to_rcu_work(pointer) container_of(pointer, struct rcu_work, work)
#define flush_scheduled_work() flush_workqueue(system_wq)
#define WQ_UNBOUND 0x02
#define WQ_FREEZABLE 0x04
#define WQ_MEM_RECLAIM 0x08
#define WQ_HIGHPRI 0x10
#define WQ_CPU_INTENSIVE 0x20
#define WQ_SYSFS 0x40
#define WQ_POWER_EFFICIENT 0x80
#define __WQ_ORDERED 0x20000
#define WQ_MAX_ACTIVE 512
#define WQ_DFL_ACTIVE (WQ_MAX_ACTIVE / 2)
#define WQ_UNBOUND_MAX_ACTIVE WQ_MAX_ACTIVE
#define WQ_NAME_LEN 24
#define WORK_BUSY_PENDING 1
#define WORK_BUSY_RUNNING 2
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, (name))
#define create_freezable_workqueue(name) alloc_workqueue("%s", WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1, (name))
#define alloc_ordered_workqueue(format, flags, ...) \
    alloc_workqueue(format, (flags) | WQ_UNBOUND | __WQ_ORDERED, 1, ##__VA_ARGS__)
