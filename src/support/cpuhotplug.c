// States of CPUs: what code wants done for each CPU before it is used and after. As all CPUs are there
// from the beginning, that is once for each when a state is set up and once when it is removed.

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

static DEFINE_MUTEX(lock);
static struct state {
    const char *name; /* NULL: free */
    int (*startup)(unsigned int cpu);
    int (*teardown)(unsigned int cpu);
} states[CPUHP_ONLINE];

struct call {
    int (*function)(unsigned int cpu);
    unsigned int cpu;
};
static long make_call(void *argument)
{
    struct call *call = argument;

    return call->function(call->cpu);
}

static int call_for(enum cpuhp_state state, unsigned int cpu, int (*function)(unsigned int cpu))
{
    struct call call = {function, cpu};

    if (!function) return 0;
    return state < CPUHP_BRINGUP_CPU ? function(cpu) : (int)work_on_cpu((int)cpu, make_call, &call);
}

/* For the CPUs below `end`, the last first. */
static void tear_down(enum cpuhp_state state, unsigned int end)
{
    while (end-- > 0) call_for(state, end, states[state].teardown);
}

static int start_up(enum cpuhp_state state)
{
    unsigned int cpu;

    for_each_online_cpu(cpu)
    {
        int error = call_for(state, cpu, states[state].startup);

        if (!error) continue;
        tear_down(state, cpu);
        return error;
    }
    return 0;
}

/* The state itself, or of the dynamic ones the first that is free. */
static int choose(enum cpuhp_state state)
{
    int last = state == CPUHP_BP_PREPARE_DYN  ? CPUHP_BP_PREPARE_DYN_END
               : state == CPUHP_AP_ONLINE_DYN ? CPUHP_AP_ONLINE_DYN_END
                                              : (int)state;

    for (int i = (int)state; i <= last; i++)
        if (!states[i].name) return i;
    return last == (int)state ? -EBUSY : -ENOSPC;
}

int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool call, int (*startup)(unsigned int cpu),
                        int (*teardown)(unsigned int cpu))
{
    bool dynamic = state == CPUHP_BP_PREPARE_DYN || state == CPUHP_AP_ONLINE_DYN;
    int chosen, error = 0;

    if (WARN_ON((unsigned int)state >= CPUHP_ONLINE || !name)) return -EINVAL;
    mutex_lock(&lock);
    chosen = choose(state);
    if (chosen >= 0) {
        states[chosen] = (struct state){name, startup, teardown};
        if (call) error = start_up((enum cpuhp_state)chosen);
        if (error) states[chosen].name = NULL;
    }
    mutex_unlock(&lock);
    if (chosen < 0) return chosen;
    return error ? error : dynamic ? chosen : 0;
}

void __cpuhp_remove_state(enum cpuhp_state state, bool call)
{
    if (WARN_ON((unsigned int)state >= CPUHP_ONLINE)) return;
    mutex_lock(&lock);
    if (call && states[state].name) tear_down(state, num_online_cpus());
    states[state] = (struct state){};
    mutex_unlock(&lock);
}
