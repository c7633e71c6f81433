/* SPDX-License-Identifier: MIT */
/* Work done later by a worker thread, where sleeping is allowed. A queue has one worker. */
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
    u32 pending;
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
#define WORK_INIT(function)             \
    {                                   \
        {NULL, NULL}, function, NULL, 0 \
    }
#define DECLARE_WORK(name, function) struct work_struct name = WORK_INIT(function)
#define INIT_WORK(work, function)  \
    do {                           \
        (work)->func = (function); \
        (work)->pending = 0;       \
        (work)->queue = NULL;      \
    } while (0)
#define INIT_WORK_ONSTACK(work, function) INIT_WORK(work, function)
#define destroy_work_on_stack(work) ((void)(work))
ASHLAR_BEGIN_C
void ashlar_delayed_work_fire(struct timer_list *timer);
extern struct workqueue_struct *system_wq;
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_highpri_wq system_wq
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
ASHLAR_END_C
#define INIT_DELAYED_WORK(delayed, function)                         \
    do {                                                             \
        INIT_WORK(&(delayed)->work, function);                       \
        timer_setup(&(delayed)->timer, ashlar_delayed_work_fire, 0); \
    } while (0)
#define DECLARE_DELAYED_WORK(name, function) \
    struct delayed_work name = {WORK_INIT(function), {{NULL, NULL}, 0, ashlar_delayed_work_fire, 0, 0}, NULL}
#define INIT_DEFERRABLE_WORK(delayed, function) INIT_DELAYED_WORK(delayed, function)
#define to_delayed_work(pointer) container_of(pointer, struct delayed_work, work)
#define work_pending(work) (READ_ONCE((work)->pending) != 0)
#define delayed_work_pending(delayed) work_pending(&(delayed)->work)
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_delayed_work(work, delay) queue_delayed_work(system_wq, work, delay)
#define queue_work_on(cpu, queue, work) queue_work(queue, work)
#define schedule_work_on(cpu, work) schedule_work(work)
#define queue_delayed_work_on(cpu, queue, work, delay) queue_delayed_work(queue, work, delay)
#define flush_scheduled_work() flush_workqueue(system_wq)
#define WQ_UNBOUND 0x02
#define WQ_FREEZABLE 0x04
#define WQ_MEM_RECLAIM 0x08
#define WQ_HIGHPRI 0x10
#define WQ_CPU_INTENSIVE 0x20
#define WQ_SYSFS 0x40
#define WQ_MAX_ACTIVE 512
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) create_workqueue(name)
#define alloc_ordered_workqueue(format, flags, ...) alloc_workqueue(format, flags, 1, ##__VA_ARGS__)
