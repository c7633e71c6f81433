// Timers fire, functions are called and states are set up on the CPUs that they were given.

#include <ashlar/machine.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "check.h"

static unsigned int cpus;
static unsigned int here(void) { return (unsigned int)smp_processor_id(); }
static unsigned int other_than(unsigned int cpu) { return (cpu + 1) % cpus; }

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
    live = ashlar_live_objects(0);
    timers();
    calls();
    states();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) <= live);
    CHECK(ashlar_warn_count() == warnings + 1);
    return check_result("cpu_calls");
}
