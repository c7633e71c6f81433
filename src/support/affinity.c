// Which CPUs a task may run on.
//
// A task's mask is what code asked for; what the platform obeys is its opposite in the task's
// context, the CPUs that are barred to it. Of a mask without any CPU that there is, as when a thread
// is bound to a CPU that is offline, nothing follows: the task runs anywhere, as in Linux.

#include "support/affinity.h"

#include <ashlar/kernel_port.h>

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/numa.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/* Afterwards the task runs on no other CPU; it may have to come to the end of a section first. */
static void allow(struct task_struct *task, const struct cpumask *mask)
{
    struct ashlar_context *context;
    struct cpumask barred;

    if (!cpumask_andnot(&barred, cpu_possible_mask, mask) || cpumask_equal(&barred, cpu_possible_mask))
        cpumask_clear(&barred);
    context = ashlar_set_cpus(task, mask, barred.bits[0]);
    task->nr_cpus_allowed = (int)cpumask_weight(mask);
    if (context && preemptible()) ashlar_port_move(context);
}

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
    if (!cpumask_intersects(mask, cpu_online_mask)) return -EINVAL;
    allow(task, mask);
    return 0;
}

void kthread_bind_mask(struct task_struct *task, const struct cpumask *mask)
{
    /* It sleeps since it was created. */
    if (WARN_ON(READ_ONCE(task->__state) != TASK_UNINTERRUPTIBLE)) return;
    task->flags |= PF_NO_SETAFFINITY;
    allow(task, mask);
}

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
    static const struct cpumask none;

    kthread_bind_mask(task, cpu_possible(cpu) ? cpumask_of(cpu) : &none);
}

struct task_struct *kthread_create_on_cpu(int (*function)(void *data), void *data, unsigned int cpu, const char *name)
{
    struct task_struct *task = kthread_create_on_node(function, data, NUMA_NO_NODE, name, cpu);

    if (!IS_ERR(task)) kthread_bind(task, cpu);
    return task;
}

unsigned int task_cpu(const struct task_struct *task)
{
    const struct ashlar_context *context = READ_ONCE(task->ashlar_context);
    unsigned int cpu = context ? READ_ONCE(context->cpu)->number : 0;

    /* What it is barred from it left, or will not come back to. */
    return cpumask_test_cpu((int)cpu, task->cpus_ptr) ? cpu
                                                      : cpumask_any_and(task->cpus_ptr, cpu_online_mask) % nr_cpu_ids;
}

void ashlar_stay_on(unsigned int cpu)
{
    current->flags |= PF_NO_SETAFFINITY;
    allow(current, cpumask_of(cpu));
}
