/* SPDX-License-Identifier: MIT */
/* A task gets no signals: a thread that waits interruptibly is woken by what it waits for. */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
#include <linux/signal_types.h>
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
