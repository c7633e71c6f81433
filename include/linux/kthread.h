/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/sched.h>

ASHLAR_BEGIN_C
__printf(4, 5) struct task_struct *kthread_create_on_node(int (*function)(void *data), void *data, int node,
                                                          const char *name, ...);
struct task_struct *kthread_create_on_cpu(int (*function)(void *data), void *data, unsigned int cpu, const char *name);
void kthread_bind(struct task_struct *task, unsigned int cpu);
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
#define do_exit(result) kthread_exit(result)
#define kthread_freezable_should_stop(was_frozen) kthread_should_stop()
#define kthread_create(function, data, ...) kthread_create_on_node(function, data, -1, __VA_ARGS__)
#define kthread_run(function, data, ...)                                                 \
    ({                                                                                   \
        struct task_struct *ashlar_thread = kthread_create(function, data, __VA_ARGS__); \
        if (!IS_ERR(ashlar_thread)) wake_up_process(ashlar_thread);                      \
        ashlar_thread;                                                                   \
    })
