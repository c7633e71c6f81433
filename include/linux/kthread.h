/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/sched.h>

ASHLAR_BEGIN_C
__printf(4, 5) struct task_struct *kthread_create_on_node(int (*function)(void *data), void *data, int node,
                                                          const char *name, ...);
/* `name` may have one %u, for the CPU's number. */
struct task_struct *kthread_create_on_cpu(int (*function)(void *data), void *data, unsigned int cpu, const char *name);
/* Of a thread that was not woken yet: it stays on this CPU, on these CPUs, for as long as it lives. */
void kthread_bind(struct task_struct *task, unsigned int cpu);
void kthread_bind_mask(struct task_struct *task, const struct cpumask *mask);
int kthread_stop(struct task_struct *task);
bool kthread_should_stop(void);
int kthread_park(struct task_struct *task);
void kthread_unpark(struct task_struct *task);
bool kthread_should_park(void);
void kthread_parkme(void);
void *kthread_data(struct task_struct *task);
/* What a thread's function ends with instead of a return. */
__attribute__((__noreturn__)) void kthread_exit(long result);
struct completion;
__attribute__((__noreturn__)) void kthread_complete_and_exit(struct completion *done, long result);

ASHLAR_END_C
/* Of use while CPUs come and go; they do not. */
#define kthread_set_per_cpu(task, cpu) ((void)(task), (void)(cpu))
#define kthread_is_per_cpu(task) (((task)->flags & PF_NO_SETAFFINITY) && (task)->nr_cpus_allowed == 1)
#define do_exit(result) kthread_exit(result)
#define kthread_freezable_should_stop(was_frozen) kthread_should_stop()
#define kthread_create(function, data, ...) kthread_create_on_node(function, data, -1, __VA_ARGS__)
#define kthread_run_on_cpu(function, data, cpu, name)                                           \
    ({                                                                                          \
        struct task_struct *ashlar_thread = kthread_create_on_cpu(function, data, (cpu), name); \
        if (!IS_ERR(ashlar_thread)) wake_up_process(ashlar_thread);                             \
        ashlar_thread;                                                                          \
    })
#define kthread_run(function, data, ...)                                                 \
    ({                                                                                   \
        struct task_struct *ashlar_thread = kthread_create(function, data, __VA_ARGS__); \
        if (!IS_ERR(ashlar_thread)) wake_up_process(ashlar_thread);                      \
        ashlar_thread;                                                                   \
    })
