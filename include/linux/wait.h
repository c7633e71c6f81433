/* SPDX-License-Identifier: MIT */
/* Wait queues: tasks that sleep until a condition holds, woken by whoever makes it hold. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned mode, int flags, void *key);
#define WQ_FLAG_EXCLUSIVE 0x01
struct wait_queue_entry {
    unsigned int flags;
    void *ASHLAR_PRIVATE_FIELD;
    wait_queue_func_t func;
    struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;
struct wait_queue_head {
    spinlock_t lock;
    struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;
#define __WAIT_QUEUE_HEAD_INITIALIZER(name)                        \
    {                                                              \
        __SPIN_LOCK_UNLOCKED(name.lock), LIST_HEAD_INIT(name.head) \
    }
#define DECLARE_WAIT_QUEUE_HEAD(name) struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define DEFINE_WAIT_FUNC(name, function) \
    struct wait_queue_entry name = {0, current, function, LIST_HEAD_INIT((name).entry)}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define DECLARE_WAITQUEUE(name, task) struct wait_queue_entry name = {0, task, default_wake_function, {NULL, NULL}}

ASHLAR_BEGIN_C
void ashlar_init_waitqueue(struct wait_queue_head *queue);
void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *task);
void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry);
void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state);
void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key);
int default_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key);
/* Wakes everybody who is not exclusive and at most `exclusive` who are (0: all); answers how many of these. */
int __wake_up(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key);
ASHLAR_END_C
#define init_waitqueue_head(queue) ashlar_init_waitqueue(queue)
#define wake_up(queue) __wake_up(queue, TASK_NORMAL, 1, NULL)
#define wake_up_nr(queue, n) __wake_up(queue, TASK_NORMAL, n, NULL)
#define wake_up_all(queue) __wake_up(queue, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(queue) __wake_up(queue, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_sync(queue) wake_up_interruptible(queue) /* a hint only */
#define wake_up_interruptible_all(queue) __wake_up(queue, TASK_INTERRUPTIBLE, 0, NULL)
static inline int waitqueue_active(struct wait_queue_head *queue) { return !list_empty(&queue->head); }
static inline bool wq_has_sleeper(struct wait_queue_head *queue)
{
    smp_mb();
    return waitqueue_active(queue);
}

/* Sleeps in turns of at most `left` jiffies until the condition holds; answers what is left. */
#define ashlar_wait_event(queue, condition, state, exclusive, left)       \
    ({                                                                    \
        long ashlar_left = (left);                                        \
        DEFINE_WAIT(ashlar_wait);                                         \
        for (;;) {                                                        \
            if (exclusive)                                                \
                prepare_to_wait_exclusive(&(queue), &ashlar_wait, state); \
            else                                                          \
                prepare_to_wait(&(queue), &ashlar_wait, state);           \
            if (condition) {                                              \
                if (!ashlar_left) ashlar_left = 1;                        \
                break;                                                    \
            }                                                             \
            if (!ashlar_left) break;                                      \
            ashlar_left = schedule_timeout(ashlar_left);                  \
        }                                                                 \
        finish_wait(&(queue), &ashlar_wait);                              \
        ashlar_left;                                                      \
    })
#define wait_event(queue, condition)                                                                                \
    do {                                                                                                            \
        might_sleep();                                                                                              \
        if (!(condition)) (void)ashlar_wait_event(queue, condition, TASK_UNINTERRUPTIBLE, 0, MAX_SCHEDULE_TIMEOUT); \
    } while (0)
#define wait_event_timeout(queue, condition, timeout)                          \
    ({                                                                         \
        might_sleep();                                                         \
        ashlar_wait_event(queue, condition, TASK_UNINTERRUPTIBLE, 0, timeout); \
    })
/* No signals reach a task here, so the interruptible forms end by the condition or the time. */
#define wait_event_interruptible(queue, condition) \
    ({                                             \
        wait_event(queue, condition);              \
        0;                                         \
    })
#define wait_event_killable(queue, condition) \
    ({                                        \
        wait_event(queue, condition);         \
        0;                                    \
    })
#define wait_event_freezable(queue, condition) \
    ({                                         \
        wait_event(queue, condition);          \
        0;                                     \
    })
#define wait_event_idle(queue, condition) wait_event(queue, condition)
#define wait_event_interruptible_timeout(queue, condition, timeout) wait_event_timeout(queue, condition, timeout)
#define wait_event_interruptible_exclusive(queue, condition)                                    \
    ({                                                                                          \
        might_sleep();                                                                          \
        (void)ashlar_wait_event(queue, condition, TASK_INTERRUPTIBLE, 1, MAX_SCHEDULE_TIMEOUT); \
        0;                                                                                      \
    })
#define wait_event_lock_irq(queue, condition, lock) \
    do {                                            \
        while (!(condition)) {                      \
            spin_unlock_irq(&(lock));               \
            wait_event(queue, condition);           \
            spin_lock_irq(&(lock));                 \
        }                                           \
    } while (0)
