/* SPDX-License-Identifier: MIT */
/* A task here is a thread; what Linux's scheduler does is the host's work. */
#pragma once
#include <linux/kconfig.h>
#include <asm/current.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/ktime.h>
#include <linux/thread_info.h>
#include <linux/types.h>

#define TASK_RUNNING 0x0000
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_WAKEKILL 0x0100
#define TASK_NOLOAD 0x0400
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define MAX_SCHEDULE_TIMEOUT LONG_MAX
#define TASK_COMM_LEN 16

#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_MEMALLOC 0x00000800
#define PF_MEMALLOC_NOFS 0x00040000
#define PF_MEMALLOC_NOIO 0x00080000
#define PF_KTHREAD 0x00200000
#define PF_MEMALLOC_PIN 0x10000000

struct cred;
struct mm_struct;
struct reclaim_state;
/* What kernel_read() and kernel_write() let a driver see as its user's; `size` 0: nothing. */
struct ashlar_user_range {
    unsigned long start, size;
};
struct task_struct {
    unsigned int __state;
    unsigned int flags;
    u32 wake_word;
    pid_t pid, tgid;
    char comm[TASK_COMM_LEN];
    struct mm_struct *mm, *active_mm;
    void *journal_info;
    struct reclaim_state *reclaim_state;
    struct ashlar_user_range user_range;
    const struct cred *cred, *real_cred;
    void *kthread; /* of the kthread layer */
    unsigned int kasan_depth;
    int usage;
};

ASHLAR_BEGIN_C
void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
int wake_up_process(struct task_struct *task);
void yield(void);
void io_schedule(void);
void set_user_nice(struct task_struct *task, long nice);
ASHLAR_END_C
#define schedule_timeout_killable(timeout) schedule_timeout_uninterruptible(timeout)
/* Stays a macro without prototype: a test may turn it off by #define. */
#define cond_resched()         \
    ({                         \
        ashlar_cond_resched(); \
        0;                     \
    })
#define cond_resched_lock(lock) 0
#define need_resched() 0
#define __set_current_state(state) WRITE_ONCE(current->__state, (state))
#define set_current_state(state) smp_store_mb(current->__state, (state))
#define get_current_state() READ_ONCE(current->__state)
#define signal_pending(task) 0
#define fatal_signal_pending(task) 0
#define signal_pending_state(state, task) 0
#define task_pid_nr(task) ((task)->pid)
#define task_tgid_nr(task) ((task)->tgid)
#define task_nice(task) 0
#define rt_task(task) 0
#define get_task_comm(buffer, task)                    \
    ({                                                 \
        strscpy(buffer, (task)->comm, sizeof(buffer)); \
        buffer;                                        \
    })
#define sched_set_fifo(task) ((void)(task))
#define sched_set_fifo_low(task) ((void)(task))
#define sched_set_normal(task, nice) ((void)(task))
static inline struct task_struct *get_task_struct(struct task_struct *task)
{
    __atomic_fetch_add(&task->usage, 1, __ATOMIC_RELAXED);
    return task;
}
ASHLAR_BEGIN_C
void put_task_struct(struct task_struct *task);
ASHLAR_END_C
