// Threads, works, timers and calls stay on the CPU that they were given, while more threads than CPUs
// want them all; and what is asked of CPUs that there are not gets Linux's answer.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "check.h"

static unsigned int cpus;
static unsigned int here(void) { return (unsigned int)smp_processor_id(); }
static unsigned int other_than(unsigned int cpu) { return (cpu + 1) % cpus; }

/* ---- threads --------------------------------------------------------------------------------- */

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

/* ---- works ----------------------------------------------------------------------------------- */

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

/* ---- timers ---------------------------------------------------------------------------------- */

static int fired_on, times, rearm;
static void fire(struct timer_list *timer)
{
    CHECK(in_serving_softirq());
    if (rearm && ++times < 3) mod_timer(timer, jiffies + 1);
    WRITE_ONCE(fired_on, (int)smp_processor_id());
}
static int fires_on(void)
{
    int on;

    for (int i = 0; i < 2000 && READ_ONCE(fired_on) < 0; i++) msleep(1);
    on = fired_on;
    WRITE_ONCE(fired_on, -1);
    return on;
}
static enum hrtimer_restart fire_precise(struct hrtimer *unused)
{
    (void)unused;
    WRITE_ONCE(fired_on, (int)smp_processor_id());
    return HRTIMER_NORESTART;
}
static void timers(void)
{
    struct timer_list timer, pinned;
    struct hrtimer precise;

    fired_on = -1;
    timer_setup(&timer, fire, 0);
    timer_setup(&pinned, fire, TIMER_PINNED);
    hrtimer_init(&precise, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
    precise.function = fire_precise;
    for (int cpu = 0; cpu < (int)cpus; cpu++) {
        timer.expires = jiffies + 1;
        add_timer_on(&timer, cpu);
        CHECK(fires_on() == cpu);
        /* Far off it can be deleted; started by others it may run anywhere, if it is not pinned. */
        timer.expires = jiffies + 100 * HZ;
        add_timer_on(&timer, cpu);
        CHECK(timer_pending(&timer) && mod_timer(&timer, jiffies + 1) == 1);
        CHECK(fires_on() >= 0);
        timer.expires = jiffies + 100 * HZ;
        add_timer_on(&timer, cpu);
        CHECK(del_timer_sync(&timer) == 1 && !timer_pending(&timer));
        set_cpus_allowed_ptr(current, cpumask_of(cpu));
        mod_timer(&pinned, jiffies + 1);
        hrtimer_start(&precise, ms_to_ktime(50), HRTIMER_MODE_REL_PINNED);
        set_cpus_allowed_ptr(current, cpu_online_mask);
        CHECK(fires_on() == cpu);
        CHECK(fires_on() == cpu);
        hrtimer_cancel(&precise);
    }
    /* Its own function starts it again where it is. */
    rearm = 1;
    timer.expires = jiffies + 1;
    add_timer_on(&timer, (int)cpus - 1);
    for (int i = 0; i < 2000 && READ_ONCE(times) < 3; i++) msleep(1);
    del_timer_sync(&timer);
    CHECK(times == 3 && fires_on() == (int)cpus - 1);
    rearm = 0;
    CHECK_REPORT("WARNING", add_timer_on(&timer, NR_CPUS));
}

/* ---- calls ----------------------------------------------------------------------------------- */

static int called[NR_CPUS], in_order[8], order;
static void note_call(void *unused)
{
    (void)unused;
    CHECK(irqs_disabled());
    called[smp_processor_id()]++;
}
static void note_order(void *number) { in_order[order++ & 7] = (int)(long)number; }
static int calls_but(int cpu)
{
    int calls = 0;

    for (int i = 0; i < NR_CPUS; i++) {
        if (i != cpu) calls += called[i];
        if (i != cpu) called[i] = 0;
    }
    return calls;
}
static DEFINE_SPINLOCK(held);
static int took_held;
static void take_held(void *unused)
{
    (void)unused;
    spin_lock(&held);
    took_held++;
    spin_unlock(&held);
}
static bool is_odd(int cpu, void *unused)
{
    (void)unused;
    return cpu & 1;
}
/* All CPUs are in the function at once, or this never ends. */
static int met;
static void meet(void *unused)
{
    (void)unused;
    __atomic_fetch_add(&met, 1, __ATOMIC_SEQ_CST);
    while (READ_ONCE(met) < (int)cpus) cpu_relax();
}
static void calls(void)
{
    struct cpumask mask;
    unsigned int other;
    int me;

    for (int cpu = 0; cpu < (int)cpus; cpu++) {
        CHECK(smp_call_function_single(cpu, note_call, NULL, 1) == 0);
        CHECK(called[cpu] == 1 && !calls_but(cpu));
        CHECK(smp_call_function_any(cpumask_of(cpu), note_call, NULL, 1) == 0);
        CHECK(called[cpu] == 2);
        called[cpu] = 0;
    }
    CHECK(smp_call_function_single(-1, note_call, NULL, 1) == -ENXIO);
    CHECK(smp_call_function_single((int)cpus, note_call, NULL, 1) == -ENXIO || cpus == NR_CPUS);
    me = get_cpu();
    other = other_than((unsigned int)me);
    smp_call_function(note_call, NULL, 1);
    CHECK(called[me] == 0 && calls_but(me) == (int)cpus - 1);
    smp_call_function_many(cpumask_of(me), note_call, NULL, true);
    CHECK(!calls_but(-1));
    smp_call_function_many(cpumask_of(other), note_call, NULL, true);
    CHECK(calls_but(-1) == (cpus > 1));
    cpumask_copy(&mask, cpumask_of(me));
    on_each_cpu_mask(&mask, note_call, NULL, true);
    CHECK(called[me] == 1 && !calls_but(me));
    called[me] = 0;
    put_cpu();
    on_each_cpu(note_call, NULL, 1);
    for (unsigned int i = 0; i < cpus; i++) CHECK(called[i] == 1);
    calls_but(-1);
    on_each_cpu_cond(is_odd, note_call, NULL, true);
    for (unsigned int i = 0; i < cpus; i++) CHECK(called[i] == (int)(i & 1));
    calls_but(-1);
    on_each_cpu(meet, NULL, 1);
    CHECK(met == (int)cpus);

    /* Who does not wait may hold what the function wants, and calls keep their order. */
    spin_lock(&held);
    me = smp_processor_id();
    if (cpus > 1) {
        CHECK(smp_call_function_single((int)other_than((unsigned int)me), take_held, NULL, 0) == 0);
        CHECK(!READ_ONCE(took_held));
    }
    spin_unlock(&held);
    for (long i = 0; i < 200; i++) smp_call_function_single((int)cpus - 1, note_order, (void *)i, i == 199);
    for (int i = 0; i < 8; i++) CHECK(in_order[i] == 192 + i);
    while (READ_ONCE(took_held) < (cpus > 1)) cpu_relax();
    CHECK(order == 200);
}

/* ---- states of CPUs -------------------------------------------------------------------------- */

static int up[NR_CPUS], fail_at;
static int set_up(unsigned int cpu)
{
    CHECK(here() == cpu || cpu_possible(cpu));
    if ((int)cpu == fail_at) return -ENOMEM;
    up[cpu]++;
    return 0;
}
static int set_up_there(unsigned int cpu)
{
    CHECK(here() == cpu);
    return set_up(cpu);
}
static int tear_down(unsigned int cpu)
{
    up[cpu]--;
    return 0;
}
static bool all_up(int wanted)
{
    for (unsigned int i = 0; i < cpus; i++)
        if (up[i] != wanted) return false;
    return true;
}
static void states(void)
{
    int first, second;

    fail_at = -1;
    CHECK(cpuhp_setup_state(CPUHP_MM_ZS_PREPARE, "test:prepare", set_up, tear_down) == 0 && all_up(1));
    CHECK(cpuhp_setup_state(CPUHP_MM_ZS_PREPARE, "test:again", set_up, tear_down) == -EBUSY && all_up(1));
    first = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test:online", set_up_there, tear_down);
    second = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "test:quiet", set_up_there, tear_down);
    CHECK(first > 0 && second > first && all_up(2));
    /* Where one CPU fails, those before are undone. */
    fail_at = (int)cpus - 1;
    CHECK(cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "test:fails", set_up_there, tear_down) == -ENOMEM && all_up(2));
    cpuhp_remove_state_nocalls((enum cpuhp_state)second);
    cpuhp_remove_state((enum cpuhp_state)first);
    cpuhp_remove_state(CPUHP_MM_ZS_PREPARE);
    CHECK(all_up(0));
}

int main(void)
{
    size_t live, warnings = ashlar_warn_count();

    cpus = num_online_cpus();
    bound_threads();
    shared_cpu();
    masks();
    moved_from_section();
    works();
    live = ashlar_live_objects(0);
    works();
    limits();
    behind_a_sleeper();
    queued_while_it_runs();
    timers();
    calls();
    states();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) <= live);
    CHECK(ashlar_warn_count() == warnings + 2); /* those that were asked for */
    return check_result("affinity");
}
