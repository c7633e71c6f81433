/* SPDX-License-Identifier: MIT */
/* A task gets no signals: a thread that waits interruptibly is woken by what it waits for. */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/signal_types.h>
/* With a reader's lock. */
#define for_each_process(p) for (p = &init_task; (p = next_task(p)) != &init_task;)
#define for_each_thread(p, thread) for (thread = (p); thread; thread = NULL)
#define for_each_process_thread(p, thread) for_each_process(p) for_each_thread(p, thread)
#define do_each_thread(p, thread) \
    for (p = thread = &init_task; (p = thread = next_task(p)) != &init_task;) do
#define while_each_thread(p, thread) while ((thread = next_thread(thread)) != p)
static inline struct task_struct *next_thread(const struct task_struct *task) { return (struct task_struct *)task; }
static inline int get_nr_threads(struct task_struct *task) { return task ? 1 : 0; }
static inline bool thread_group_leader(struct task_struct *task) { return task != NULL; }
static inline bool thread_group_empty(struct task_struct *task) { return task != NULL; }
static inline bool same_thread_group(struct task_struct *one, struct task_struct *other) { return one == other; }
#define allow_signal(number) ((void)(number))
#define disallow_signal(number) ((void)(number))
#define flush_signals(task) ((void)(task))
#define restart_syscall() (-ERESTARTSYS)
static inline int send_sig(int number, struct task_struct *task, int privileged)
{
    (void)number;
    (void)privileged;
    return task ? 0 : -ESRCH;
}
#define force_sig(number) ((void)(number))
#define kill_pid(pid, number, privileged) (-ESRCH)
