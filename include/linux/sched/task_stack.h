/* SPDX-License-Identifier: MIT */
/* Stacks grow down to task->stack, which is NULL where the port does not know it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
#define task_stack_page(task) ((task)->stack)
#define end_of_stack(task) ((unsigned long *)(task)->stack)
static inline void *try_get_task_stack(struct task_struct *task) { return task->stack; }
static inline void put_task_stack(struct task_struct *task) { (void)task; }
