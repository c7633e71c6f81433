/* SPDX-License-Identifier: MIT */
/* A task here is a thread; what Linux's scheduler does is the host's work. */
#pragma once
#include <linux/kconfig.h>
#include <asm/current.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/signal_types.h>
#include <linux/spinlock_types.h>
#include <linux/ktime.h>
#include <linux/thread_info.h>
#include <linux/types.h>

#define TASK_RUNNING 0x0000
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
/* Never seen in a task here: nothing stops or traces one, and nobody waits for its end. */
#define __TASK_STOPPED 0x0004
#define __TASK_TRACED 0x0008
#define EXIT_DEAD 0x0010
#define EXIT_ZOMBIE 0x0020
#define TASK_PARKED 0x0040
#define TASK_DEAD 0x0080
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
#define PF_NO_SETAFFINITY 0x04000000 /* bound by who made it */
#define PF_MEMALLOC_PIN 0x10000000

struct ashlar_context;
struct cred;
struct mm_struct;
struct reclaim_state;
/* What kernel_read() and kernel_write() let a driver see as its user's; `size` 0: nothing. */
struct ashlar_user_range {
    unsigned long start, size;
};
#define SCHED_NORMAL 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#define SCHED_BATCH 3
#define SCHED_IDLE 5
#define MAX_RT_PRIO 100
#define DEFAULT_PRIO 120
#define NICE_TO_PRIO(nice) ((nice) + DEFAULT_PRIO)
#define PRIO_TO_NICE(prio) ((prio)-DEFAULT_PRIO)
/* A number that finds a task; a reference on it is one on the task. */
struct pid {
    int ashlar_number;
};
/* Every task is a process of one thread. Its place in the list of all tasks is for ever: tasks that
 * ended are passed over by who walks it, and begin again there, never while a reader may look. */
struct task_struct {
    struct list_head tasks;
    struct list_head ashlar_ended; /* after its last reference, until no reader has it */
    spinlock_t alloc_lock;         /* task_lock(): of comm and mm */
    bool ashlar_live;
    /* What follows is zero when a task begins. */
    struct pid ashlar_pid;
    struct task_struct *real_parent, *parent, *group_leader;
    int prio, static_prio, normal_prio;
    unsigned int rt_priority, policy;
    u64 start_time, start_boottime; /* in ns */
    unsigned long nvcsw, nivcsw;    /* how often it slept, and gave way while it ran */
    unsigned long min_flt, maj_flt; /* pages that a driver's fault() gave it */
    void *stack;                    /* its lowest address; NULL when the port does not know it */
    struct sigpending pending;      /* no signal ever is, nor is one blocked */
    struct ashlar_sigset blocked;
    int exit_code;
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
    const cpumask_t *cpus_ptr; /* where it may run */
    cpumask_t cpus_mask;
    int nr_cpus_allowed;
    struct ashlar_context *ashlar_context; /* what runs it; NULL when it has ended */
    void *kthread;                         /* of the kthread layer */
    const void *ashlar_operation;          /* the name whose file it uses */
    unsigned int kasan_depth;
    int usage;
};

ASHLAR_BEGIN_C
/* The head of the list of all tasks, of which it is none. */
extern struct task_struct init_task;
struct task_struct *ashlar_next_task(const struct task_struct *task);
void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
int wake_up_process(struct task_struct *task);
void yield(void);
void io_schedule(void);
void set_user_nice(struct task_struct *task, long nice);
/* From now on the task runs there only, and has left where it ran. -EINVAL: there is no such CPU. */
int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);
/* Where it runs, or will. */
unsigned int task_cpu(const struct task_struct *task);
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
#define next_task(task) ashlar_next_task(task)
#define task_pid_nr(task) ((task)->pid)
#define task_pid_vnr(task) task_pid_nr(task)
#define task_tgid_nr(task) ((task)->tgid)
#define task_tgid_vnr(task) task_tgid_nr(task)
#define task_ppid_nr(task) ((task)->real_parent->tgid)
#define task_is_running(task) (READ_ONCE((task)->__state) == TASK_RUNNING)
static inline bool is_global_init(struct task_struct *task) { return task->pid == 1; }
static inline bool is_percpu_thread(void)
{
    return (current->flags & PF_NO_SETAFFINITY) && current->nr_cpus_allowed == 1;
}
static inline bool is_idle_task(const struct task_struct *task) { return !task->pid; }
static inline struct pid *task_pid(struct task_struct *task) { return &task->ashlar_pid; }
#define task_tgid(task) task_pid(task)
#define task_nice(task) 0
#define set_task_comm(task, from) __set_task_comm(task, from, false)
#define rt_task(task) 0
#define get_task_comm(buffer, task) ({ __get_task_comm(buffer, TASK_COMM_LEN, task); })
/* The letter that a listing of processes shows. */
static inline char task_index_to_char(unsigned int state) { return "RSDTtXZPI"[state]; }
static inline unsigned int task_state_index(struct task_struct *task)
{
    unsigned int state = READ_ONCE(task->__state) & 0x7f;

    if (READ_ONCE(task->__state) == TASK_IDLE) return 8;
    return state ? 32 - (unsigned int)__builtin_clz(state) : 0;
}
static inline char task_state_to_char(struct task_struct *task) { return task_index_to_char(task_state_index(task)); }
#define sched_set_fifo(task) ((void)(task))
#define sched_set_fifo_low(task) ((void)(task))
#define sched_set_normal(task, nice) ((void)(task))
static inline struct task_struct *get_task_struct(struct task_struct *task)
{
    __atomic_fetch_add(&task->usage, 1, __ATOMIC_RELAXED);
    return task;
}
ASHLAR_BEGIN_C
/* Under task_lock(). */
char *__get_task_comm(char *to, size_t size, struct task_struct *task);
void __set_task_comm(struct task_struct *task, const char *from, bool exec);
void put_task_struct(struct task_struct *task);
/* With a reader's lock; NULL when no task has the number. */
struct task_struct *find_task_by_vpid(pid_t number);
/* With a reference. */
struct task_struct *find_get_task_by_vpid(pid_t number);
ASHLAR_END_C
