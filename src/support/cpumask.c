// Masks of one CPU, walks over masks that begin in the middle, and the masks of the one node.

#include <linux/cpumask.h>
#include <linux/nodemask.h>

#define ONE(cpu)         \
    {                    \
        {                \
            1UL << (cpu) \
        }                \
    }
#define EIGHT(cpu) \
    ONE(cpu), ONE(cpu + 1), ONE(cpu + 2), ONE(cpu + 3), ONE(cpu + 4), ONE(cpu + 5), ONE(cpu + 6), ONE(cpu + 7)
const struct cpumask ashlar_cpu_alone[NR_CPUS] = {EIGHT(0),  EIGHT(8),  EIGHT(16), EIGHT(24),
                                                  EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56)};
static_assert(NR_CPUS == 64, "the table has an entry for each CPU, of one word");

nodemask_t node_states[NR_NODE_STATES] = {[0 ... NR_NODE_STATES - 1] = {{1}}};

__weak unsigned int cpumask_next_wrap(int n, const struct cpumask *mask, int start, bool wrap)
{
    unsigned int next = cpumask_next(n, mask);
    bool around = false;

    if (next >= nr_cpumask_bits) {
        next = cpumask_first(mask);
        around = true;
    }
    /* Past the start again: that was all. */
    if (wrap && (around ? n < start || (int)next >= start : n < start && (int)next >= start)) return nr_cpumask_bits;
    return next;
}

__weak unsigned int cpumask_local_spread(unsigned int i, int node)
{
    (void)node;
    return i % num_online_cpus();
}
unsigned int cpumask_nth(unsigned int n, const struct cpumask *mask)
{
    unsigned int cpu;

    for_each_cpu(cpu, mask) if (n-- == 0) return cpu;
    return nr_cpumask_bits;
}

unsigned int cpumask_nth_and(unsigned int n, const struct cpumask *a, const struct cpumask *b)
{
    struct cpumask both;

    cpumask_and(&both, a, b);
    return cpumask_nth(n, &both);
}

unsigned int cpumask_nth_andnot(unsigned int n, const struct cpumask *a, const struct cpumask *b)
{
    struct cpumask rest;

    cpumask_andnot(&rest, a, b);
    return cpumask_nth(n, &rest);
}

unsigned int cpumask_any_and_distribute(const struct cpumask *a, const struct cpumask *b)
{
    return cpumask_first_and(a, b);
}
unsigned int cpumask_any_distribute(const struct cpumask *mask) { return cpumask_first(mask); }
