/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
/* Of a task's name and of whose memory it uses; never taken by interrupts. */
static inline void task_lock(struct task_struct *task) { spin_lock(&task->alloc_lock); }
static inline void task_unlock(struct task_struct *task) { spin_unlock(&task->alloc_lock); }
