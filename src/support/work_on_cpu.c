// Works that somebody waits for, on one CPU or on each.

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

int schedule_on_each_cpu(work_func_t function)
{
    struct work_struct __percpu *works = alloc_percpu(struct work_struct);
    int cpu;

    if (!works) return -ENOMEM;
    for_each_online_cpu(cpu)
    {
        struct work_struct *work = per_cpu_ptr(works, cpu);

        INIT_WORK(work, function);
        schedule_work_on(cpu, work);
    }
    for_each_online_cpu(cpu) flush_work(per_cpu_ptr(works, cpu));
    free_percpu(works);
    return 0;
}

struct call {
    struct work_struct work;
    long (*function)(void *argument);
    void *argument;
    long result;
};

static void make_call(struct work_struct *work)
{
    struct call *call = container_of(work, struct call, work);

    call->result = call->function(call->argument);
}

long work_on_cpu(int cpu, long (*function)(void *argument), void *argument)
{
    struct call call = {.function = function, .argument = argument};

    INIT_WORK_ONSTACK(&call.work, make_call);
    schedule_work_on(cpu, &call.work);
    flush_work(&call.work);
    return call.result;
}

long work_on_cpu_safe(int cpu, long (*function)(void *argument), void *argument)
{
    return cpu_online(cpu) ? work_on_cpu(cpu, function, argument) : -ENODEV;
}
