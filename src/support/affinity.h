// Where tasks may run: what affinity.c and tasks.c share with threads of the library's own.
#pragma once

#include <linux/cpumask.h>

struct task_struct;

/* Writes down which CPUs the task may use and which are barred to it. The caller has the platform
 * move the context; NULL if the task has ended. */
struct ashlar_context *ashlar_set_cpus(struct task_struct *task, const struct cpumask *mask, u64 barred);

/* Binds the caller, a thread of the library, to a CPU. */
void ashlar_stay_on(unsigned int cpu);
