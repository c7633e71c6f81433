/* SPDX-License-Identifier: MIT */
/* Numbers of tasks. Only one namespace, and every task leads its own group and session. */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
ASHLAR_BEGIN_C
/* With a reader's lock; NULL when no task has the number. */
struct pid *find_vpid(int number);
/* With a reference. */
struct pid *find_get_pid(int number);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);
/* NULL once the task has ended. */
struct task_struct *pid_task(struct pid *pid, enum pid_type type);
struct task_struct *get_pid_task(struct pid *pid, enum pid_type type);
struct pid *get_task_pid(struct task_struct *task, enum pid_type type);
ASHLAR_END_C
static inline pid_t pid_nr(struct pid *pid) { return pid ? pid->ashlar_number : 0; }
static inline pid_t pid_vnr(struct pid *pid) { return pid_nr(pid); }
