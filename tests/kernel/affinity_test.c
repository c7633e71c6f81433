// Threads stay on the CPUs that they were given, while more threads than CPUs want them all; and what is
// asked of CPUs that there are not gets Linux's answer.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "check.h"

static unsigned int cpus;
static unsigned int here(void) { return (unsigned int)smp_processor_id(); }
static unsigned int other_than(unsigned int cpu) { return (cpu + 1) % cpus; }

enum { TURNS = 3000 };

/* Only the CPU's own thread counts here, with plain loads and stores and never a lock. */
static DEFINE_PER_CPU(unsigned long, mine);
static DECLARE_COMPLETION(thread_is_done);
static int count_mine(void *cpu)
{
    unsigned int on = (unsigned int)(unsigned long)cpu;
    int strayed = 0;

    for (int i = 0; i < TURNS; i++) {
        unsigned long *counter = this_cpu_ptr(&mine), seen = READ_ONCE(*counter);

        strayed += here() != on;
        /* What may move others. */
        if (i % 16 == 0) kfree(kmalloc(100, GFP_KERNEL));
        if (i % 512 == 0) msleep(1);
        if (i % 128 == 0) cond_resched();
        strayed += here() != on || counter != this_cpu_ptr(&mine);
        preempt_disable();
        strayed += here() != on;
        preempt_enable();
        WRITE_ONCE(*counter, seen + 1);
    }
    CHECK(strayed == 0 && is_percpu_thread());
    complete(&thread_is_done);
    while (!kthread_should_stop()) schedule_timeout_interruptible(1);
    return 0;
}

/* Unbound threads that want CPUs all the time. */
static u32 crowd_may_go;
static int crowd(void *unused)
{
    (void)unused;
    while (!READ_ONCE(crowd_may_go)) {
        for (int i = 0; i < 50; i++) kfree(kmalloc(64, GFP_KERNEL));
        cond_resched();
    }
    while (!kthread_should_stop()) msleep(1);
    return 0;
}

static void bound_threads(void)
{
    struct task_struct *bound[NR_CPUS], *others[4];
    char name[TASK_COMM_LEN];

    for (int i = 0; i < 4; i++) others[i] = kthread_run(crowd, NULL, "crowd/%d", i);
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        bound[cpu] = kthread_create_on_cpu(count_mine, (void *)(unsigned long)cpu, cpu, "mine/%u");
        CHECK(!IS_ERR(bound[cpu]) && task_cpu(bound[cpu]) == cpu);
        CHECK(cpumask_equal(bound[cpu]->cpus_ptr, cpumask_of(cpu)) && bound[cpu]->nr_cpus_allowed == 1);
        CHECK(bound[cpu]->flags & PF_NO_SETAFFINITY);
        snprintf(name, sizeof(name), "mine/%u", cpu);
        CHECK(!strcmp(bound[cpu]->comm, name));
        wake_up_process(bound[cpu]);
    }
    for (unsigned int cpu = 0; cpu < cpus; cpu++) wait_for_completion(&thread_is_done);
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        CHECK(per_cpu(mine, cpu) == TURNS);
        CHECK(kthread_stop(bound[cpu]) == 0);
    }
    WRITE_ONCE(crowd_may_go, 1);
    for (int i = 0; i < 4; i++) kthread_stop(others[i]);
}

/* Two threads of one CPU never are in a section at the same time. */
static DEFINE_PER_CPU(int, inside);
static int share(void *unused)
{
    (void)unused;
    for (int i = 0; i < TURNS; i++) {
        preempt_disable();
        CHECK(raw_smp_processor_id() == (int)cpus - 1);
        CHECK(__this_cpu_inc_return(inside) == 1);
        barrier();
        __this_cpu_dec(inside);
        preempt_enable();
        if (i % 256 == 0) yield();
    }
    complete(&thread_is_done);
    return 0;
}
static void shared_cpu(void)
{
    for (int i = 0; i < 3; i++) {
        struct task_struct *task = kthread_create(share, NULL, "share/%d", i);

        kthread_bind(task, cpus - 1);
        wake_up_process(task);
    }
    for (int i = 0; i < 3; i++) wait_for_completion(&thread_is_done);
}

static unsigned int where;
static int tell_where(void *unused)
{
    (void)unused;
    WRITE_ONCE(where, here());
    complete(&thread_is_done);
    return 0;
}
static int say_where_until_stopped(void *unused)
{
    (void)unused;
    while (!kthread_should_stop()) {
        WRITE_ONCE(where, here());
        cpu_relax();
    }
    return 0;
}
static void masks(void)
{
    static struct cpumask none, all_but_first;
    struct task_struct *task;

    cpumask_andnot(&all_but_first, cpu_online_mask, cpumask_of(0));
    if (cpus == 1) cpumask_set_cpu(0, &all_but_first);
    task = kthread_create(tell_where, NULL, "masked");
    kthread_bind_mask(task, &all_but_first);
    wake_up_process(task);
    wait_for_completion(&thread_is_done);
    CHECK(cpumask_test_cpu((int)where, &all_but_first));
    /* A CPU that there is not holds nobody up. */
    task = kthread_create_on_cpu(tell_where, NULL, NR_CPUS - 1, "offline/%u");
    CHECK(!IS_ERR(task));
    wake_up_process(task);
    wait_for_completion(&thread_is_done);
    CHECK(where < cpus);
    CHECK(set_cpus_allowed_ptr(current, &none) == -EINVAL);
    CHECK(cpumask_equal(current->cpus_ptr, cpu_online_mask));

    /* A thread that runs is moved before the call returns. */
    task = kthread_run(say_where_until_stopped, NULL, "runs");
    for (unsigned int i = 0; i < 40; i++) {
        CHECK(set_cpus_allowed_ptr(task, cpumask_of(i % cpus)) == 0);
        CHECK(task_cpu(task) == i % cpus);
        WRITE_ONCE(where, NR_CPUS);
        while (READ_ONCE(where) == NR_CPUS) msleep(1);
        WRITE_ONCE(where, NR_CPUS);
        while (READ_ONCE(where) == NR_CPUS) cpu_relax();
        CHECK(READ_ONCE(where) == i % cpus);
    }
    CHECK_REPORT("WARNING", kthread_bind(task, 0)); /* it is past that */
    kthread_stop(task);
    /* So is the caller. */
    for (unsigned int i = 0; i < 2 * cpus; i++) {
        CHECK(set_cpus_allowed_ptr(current, cpumask_of(i % cpus)) == 0);
        CHECK(here() == i % cpus && task_cpu(current) == i % cpus);
    }
    CHECK(set_cpus_allowed_ptr(current, cpu_online_mask) == 0);
    CHECK(!is_percpu_thread());
}

/* One that is in a section ends it where it is. */
static DECLARE_COMPLETION(in_section);
static int left_section;
static int stay_a_while(void *unused)
{
    unsigned int before;

    (void)unused;
    preempt_disable();
    before = here();
    complete(&in_section);
    mdelay(20);
    CHECK(here() == before);
    WRITE_ONCE(left_section, 1);
    preempt_enable();
    while (!kthread_should_stop()) schedule_timeout_interruptible(1);
    return (int)smp_processor_id();
}
static void moved_from_section(void)
{
    struct task_struct *task = kthread_run(stay_a_while, NULL, "stays");
    unsigned int to;

    wait_for_completion(&in_section);
    to = other_than(task_cpu(task));
    set_cpus_allowed_ptr(task, cpumask_of(to));
    CHECK(READ_ONCE(left_section) || cpus == 1);
    CHECK(kthread_stop(task) == (int)to);
}

int main(void)
{
    size_t live, warnings = ashlar_warn_count();

    cpus = num_online_cpus();
    bound_threads();
    live = ashlar_live_objects(0);
    shared_cpu();
    masks();
    moved_from_section();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) <= live);
    CHECK(ashlar_warn_count() == warnings + 1);
    return check_result("affinity");
}
