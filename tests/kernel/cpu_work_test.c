// Works run on the CPU that they were queued to, and on no two.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "check.h"

static unsigned int cpus;
static unsigned int here(void) { return (unsigned int)smp_processor_id(); }
static unsigned int other_than(unsigned int cpu) { return (cpu + 1) % cpus; }

static DEFINE_PER_CPU(int, works_ran);
static int strays;
static void note_work(struct work_struct *unused)
{
    int cpu = raw_smp_processor_id();

    (void)unused;
    kfree(kmalloc(64, GFP_KERNEL));
    if (is_percpu_thread() && raw_smp_processor_id() != cpu) __atomic_fetch_add(&strays, 1, __ATOMIC_RELAXED);
    this_cpu_inc(works_ran);
}
static int take_ran(unsigned int cpu)
{
    int ran = per_cpu(works_ran, cpu);

    per_cpu(works_ran, cpu) = 0;
    return ran;
}
static int ran_elsewhere(unsigned int cpu)
{
    int ran = 0;

    for (unsigned int i = 0; i < cpus; i++)
        if (i != cpu) ran += take_ran(i);
    return ran;
}

static struct work_struct many[64];
static struct delayed_work delayed;
static long answer(void *argument)
{
    msleep(1);
    return here() == (unsigned int)(unsigned long)argument && (current->flags & PF_WQ_WORKER) ? 42 : 0;
}
static void works(void)
{
    struct workqueue_struct *queue = alloc_workqueue("bound", 0, 0), *free = alloc_workqueue("free", WQ_UNBOUND, 0);

    for (int i = 0; i < 64; i++) INIT_WORK(&many[i], note_work);
    INIT_DELAYED_WORK(&delayed, note_work);
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        for (int i = 0; i < 64; i++) CHECK(queue_work_on((int)cpu, queue, &many[i]));
        flush_workqueue(queue);
        CHECK(take_ran(cpu) == 64 && !ran_elsewhere(cpu));
        CHECK(schedule_work_on((int)cpu, &many[0]));
        CHECK(flush_work(&many[0]) || take_ran(cpu) == 1);
        take_ran(cpu);
        CHECK(queue_delayed_work_on((int)cpu, queue, &delayed, 1));
        CHECK(!queue_delayed_work_on((int)other_than(cpu), queue, &delayed, 1));
        flush_delayed_work(&delayed);
        CHECK(take_ran(cpu) == 1 && !ran_elsewhere(cpu));
        CHECK(schedule_delayed_work_on((int)cpu, &delayed, 1));
        msleep(20);
        CHECK(take_ran(cpu) == 1 && !ran_elsewhere(cpu));
        /* The last who asks decides where. */
        CHECK(queue_delayed_work_on((int)other_than(cpu), queue, &delayed, 100 * HZ));
        CHECK(mod_delayed_work_on((int)cpu, queue, &delayed, 1));
        msleep(20);
        CHECK(take_ran(cpu) == 1 && !ran_elsewhere(cpu));
        CHECK(!mod_delayed_work_on((int)cpu, queue, &delayed, 0));
        flush_delayed_work(&delayed);
        CHECK(take_ran(cpu) == 1 && !ran_elsewhere(cpu));
        CHECK(work_on_cpu((int)cpu, answer, (void *)(unsigned long)cpu) == 42);
        CHECK(work_on_cpu_safe((int)cpu, answer, (void *)(unsigned long)cpu) == 42);
    }
    /* Whoever queues without saying where has it done here, now or later. */
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        set_cpus_allowed_ptr(current, cpumask_of(cpu));
        for (int i = 0; i < 64; i++) queue_work(queue, &many[i]);
        queue_delayed_work(queue, &delayed, 1);
        flush_workqueue(queue);
        msleep(20);
        CHECK(take_ran(cpu) == 65 && !ran_elsewhere(cpu));
        for (int i = 0; i < 64; i++) queue_work_on((int)cpu, free, &many[i]);
        flush_workqueue(free);
        CHECK(take_ran(cpu) + ran_elsewhere(cpu) == 64);
    }
    set_cpus_allowed_ptr(current, cpu_online_mask);
    CHECK(schedule_on_each_cpu(note_work) == 0);
    for (unsigned int cpu = 0; cpu < cpus; cpu++) CHECK(take_ran(cpu) == 1);
    /* A CPU that there is not: it is done on some other. */
    CHECK(work_on_cpu_safe(NR_CPUS - 1, answer, NULL) == -ENODEV || cpus == NR_CPUS);
    CHECK(queue_work_on(NR_CPUS - 1, queue, &many[0]));
    flush_workqueue(queue);
    CHECK(ran_elsewhere(NR_CPUS) == 1);
    CHECK(strays == 0);
    destroy_workqueue(queue);
    destroy_workqueue(free);
}

/* Limits are those of each CPU. */
static DEFINE_PER_CPU(atomic_t, active);
static int most_active, room;
static void count_active(struct work_struct *unused)
{
    int now = atomic_inc_return(this_cpu_ptr(&active));

    (void)unused;
    if (now > most_active) most_active = now;
    /* Until there are as many as may be; never for ever. */
    for (int i = 0; i < 2000 && READ_ONCE(most_active) < room; i++) msleep(1);
    msleep(1);
    atomic_dec(this_cpu_ptr(&active));
    this_cpu_inc(works_ran);
}
static void limits(void)
{
    struct workqueue_struct *queue = alloc_workqueue("pairs", 0, 2);

    room = 2;
    for (int i = 0; i < 64; i++) INIT_WORK(&many[i], count_active);
    for (int i = 0; i < 32; i++) queue_work_on(i % 2 % (int)cpus, queue, &many[i]);
    CHECK(workqueue_congested(0, queue));
    CHECK(cancel_work(&many[31]) && !cancel_work(&many[31]));
    CHECK(cancel_work_sync(&many[30]));
    drain_workqueue(queue);
    CHECK(most_active == 2 && !workqueue_congested(0, queue));
    CHECK(ran_elsewhere(NR_CPUS) == 30);
    /* More room is taken by those that wait already. */
    workqueue_set_max_active(queue, 1);
    most_active = 0;
    room = 5;
    for (int i = 0; i < 8; i++) queue_work_on(0, queue, &many[i]);
    workqueue_set_max_active(queue, 5);
    drain_workqueue(queue);
    CHECK(most_active == 5 && ran_elsewhere(NR_CPUS) == 8);
    destroy_workqueue(queue);
}

/* A work that sleeps keeps nothing waiting that is queued to its CPU. */
static DECLARE_COMPLETION(given);
static void wait_for_it(struct work_struct *unused)
{
    (void)unused;
    CHECK(wait_for_completion_timeout(&given, 5 * HZ) > 0);
}
static void give_it(struct work_struct *unused)
{
    (void)unused;
    complete(&given);
}
static DECLARE_WORK(waiting, wait_for_it);
static DECLARE_WORK(giving, give_it);
static void behind_a_sleeper(void)
{
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        CHECK(schedule_work_on((int)cpu, &waiting));
        CHECK(schedule_work_on((int)cpu, &giving));
        flush_work(&waiting);
        flush_work(&giving);
    }
}

/* A work that is queued while it runs stays there, as in Linux, and runs beside itself nowhere. */
static int runs, beside;
static unsigned int ran_on[2];
static DECLARE_COMPLETION(started);
static void once_more(struct work_struct *work)
{
    int run = __atomic_fetch_add(&runs, 1, __ATOMIC_SEQ_CST);

    CHECK(__atomic_fetch_add(&beside, 1, __ATOMIC_SEQ_CST) == 0);
    ran_on[run & 1] = here();
    if (!run) schedule_work_on((int)other_than(here()), work);
    complete(&started);
    msleep(5);
    __atomic_fetch_sub(&beside, 1, __ATOMIC_SEQ_CST);
}
static void queued_while_it_runs(void)
{
    static DECLARE_WORK(work, once_more);
    struct workqueue_struct *queue = alloc_workqueue("second", 0, 0);

    schedule_work_on(0, &work);
    flush_work(&work);
    flush_work(&work);
    CHECK(runs == 2 && ran_on[0] == 0 && ran_on[1] == 0);
    /* By way of another queue it goes where that sends it, when it has ended here. */
    reinit_completion(&started);
    schedule_work_on(0, &work);
    wait_for_completion(&started);
    CHECK(queue_work_on((int)cpus - 1, queue, &work));
    flush_work(&work);
    CHECK(runs == 4 && ran_on[1] == cpus - 1);
    destroy_workqueue(queue);
}

int main(void)
{
    size_t live, warnings = ashlar_warn_count();

    cpus = num_online_cpus();
    works();
    live = ashlar_live_objects(0);
    works();
    limits();
    behind_a_sleeper();
    queued_while_it_runs();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) <= live);
    CHECK(ashlar_warn_count() == warnings);
    return check_result("cpu_work");
}
