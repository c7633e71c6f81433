/* SPDX-License-Identifier: MIT */
/*
 * Work done later by a worker thread, where sleeping is allowed. Of a queue's works at most
 * max_active run at once; there is one pool of workers, and no worker belongs to a CPU.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/timer.h>

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
};
struct delayed_work {
    struct work_struct work;
    struct timer_list timer;
    struct workqueue_struct *wq;
};
struct rcu_work {
    struct work_struct work;
    struct rcu_head rcu;
    struct workqueue_struct *wq;
};
#define ASHLAR_WORK_INIT(work, function)                             \
    {                                                                \
        LIST_HEAD_INIT((work).entry), function, NULL, 0, 0, 0, false \
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
    } while (0)
#define PREPARE_WORK(work, function) ((work)->func = (function))
#define INIT_WORK_ONSTACK(work, function) INIT_WORK(work, function)
#define destroy_work_on_stack(work) ((void)(work))
ASHLAR_BEGIN_C
void ashlar_delayed_work_fire(struct timer_list *timer);
extern struct workqueue_struct *system_wq;
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_highpri_wq system_wq
#define system_freezable_wq system_wq
#define system_power_efficient_wq system_wq
struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max_active, ...);
void destroy_workqueue(struct workqueue_struct *queue);
bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *work, unsigned long delay);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *work);
bool cancel_delayed_work_sync(struct delayed_work *work);
bool flush_delayed_work(struct delayed_work *work);
void flush_workqueue(struct workqueue_struct *queue);
/* Waits also for works that works of the queue still queue. */
void drain_workqueue(struct workqueue_struct *queue);
void workqueue_set_max_active(struct workqueue_struct *queue, int max_active);
bool cancel_work(struct work_struct *work);
unsigned int work_busy(struct work_struct *work);
/* What the calling worker runs; NULL in other threads. */
struct work_struct *current_work(void);
bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *work);
bool flush_rcu_work(struct rcu_work *work);
ASHLAR_END_C
#define INIT_DELAYED_WORK(delayed, function)                         \
    do {                                                             \
        INIT_WORK(&(delayed)->work, function);                       \
        timer_setup(&(delayed)->timer, ashlar_delayed_work_fire, 0); \
    } while (0)
#define DECLARE_DELAYED_WORK(name, function) \
    struct delayed_work name = {             \
        ASHLAR_WORK_INIT((name).work, function), {{NULL, NULL}, 0, ashlar_delayed_work_fire, 0, 0}, NULL}
#define DECLARE_DEFERRABLE_WORK(name, function) DECLARE_DELAYED_WORK(name, function)
#define INIT_DELAYED_WORK_ONSTACK(delayed, function) INIT_DELAYED_WORK(delayed, function)
#define INIT_RCU_WORK(after, function) INIT_WORK(&(after)->work, function)
#define INIT_DEFERRABLE_WORK(delayed, function) INIT_DELAYED_WORK(delayed, function)
#define to_delayed_work(pointer) container_of(pointer, struct delayed_work, work)
#define work_pending(work) (READ_ONCE((work)->pending) != 0)
#define delayed_work_pending(delayed) work_pending(&(delayed)->work)
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_delayed_work(work, delay) queue_delayed_work(system_wq, work, delay)
#define queue_work_on(cpu, queue, work) queue_work(queue, work)
#define schedule_work_on(cpu, work) schedule_work(work)
#define queue_delayed_work_on(cpu, queue, work, delay) queue_delayed_work(queue, work, delay)
#define mod_delayed_work_on(cpu, queue, work, delay) mod_delayed_work(queue, work, delay)
#define schedule_delayed_work_on(cpu, work, delay) schedule_delayed_work(work, delay)
#define to_rcu_work(pointer) container_of(pointer, struct rcu_work, work)
#define flush_scheduled_work() flush_workqueue(system_wq)
#define WQ_UNBOUND 0x02
#define WQ_FREEZABLE 0x04
#define WQ_MEM_RECLAIM 0x08
#define WQ_HIGHPRI 0x10
#define WQ_CPU_INTENSIVE 0x20
#define WQ_SYSFS 0x40
#define WQ_POWER_EFFICIENT 0x80
#define WQ_MAX_ACTIVE 512
#define WQ_DFL_ACTIVE (WQ_MAX_ACTIVE / 2)
#define WORK_BUSY_PENDING 1
#define WORK_BUSY_RUNNING 2
#define WORK_CPU_UNBOUND CONFIG_NR_CPUS
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) create_workqueue(name)
#define create_freezable_workqueue(name) create_workqueue(name)
#define alloc_ordered_workqueue(format, flags, ...) alloc_workqueue(format, flags, 1, ##__VA_ARGS__)
