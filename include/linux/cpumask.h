/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/gfp_types.h>

typedef struct cpumask {
    DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];
ASHLAR_BEGIN_C
unsigned int ashlar_cpu_count(void);
/* The first ashlar_cpu_count() bits. */
const struct cpumask *ashlar_cpu_all(void);
ASHLAR_END_C
#define nr_cpu_ids ashlar_cpu_count()
#define nr_cpumask_bits nr_cpu_ids
#define num_online_cpus() ashlar_cpu_count()
#define num_possible_cpus() ashlar_cpu_count()
#define num_present_cpus() ashlar_cpu_count()
#define num_active_cpus() ashlar_cpu_count()
#define cpu_possible_mask ashlar_cpu_all()
#define cpu_online_mask ashlar_cpu_all()
#define cpu_present_mask ashlar_cpu_all()
#define cpu_active_mask ashlar_cpu_all()
#define cpu_online(cpu) ((unsigned)(cpu) < ashlar_cpu_count())
#define cpu_possible(cpu) cpu_online(cpu)
#define cpumask_bits(mask) ((mask)->bits)
static inline unsigned int cpumask_first(const struct cpumask *mask) { return (unsigned)find_first_bit(mask->bits, NR_CPUS); }
static inline unsigned int cpumask_next(int n, const struct cpumask *mask)
{
    return (unsigned)find_next_bit(mask->bits, NR_CPUS, (unsigned long)(n + 1));
}
static inline unsigned int cpumask_weight(const struct cpumask *mask) { return bitmap_weight(mask->bits, NR_CPUS); }
static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *mask) { set_bit(cpu, mask->bits); }
static inline void cpumask_clear_cpu(int cpu, struct cpumask *mask) { clear_bit(cpu, mask->bits); }
static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask) { return test_bit(cpu, mask->bits); }
static inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *mask) { return test_and_set_bit(cpu, mask->bits); }
static inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *mask) { return test_and_clear_bit(cpu, mask->bits); }
static inline void cpumask_setall(struct cpumask *mask) { bitmap_fill(mask->bits, NR_CPUS); }
static inline void cpumask_clear(struct cpumask *mask) { bitmap_zero(mask->bits, NR_CPUS); }
static inline bool cpumask_and(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_and(to->bits, a->bits, b->bits, NR_CPUS);
}
static inline void cpumask_or(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    bitmap_or(to->bits, a->bits, b->bits, NR_CPUS);
}
static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b) { return bitmap_equal(a->bits, b->bits, NR_CPUS); }
static inline bool cpumask_empty(const struct cpumask *mask) { return bitmap_empty(mask->bits, NR_CPUS); }
static inline void cpumask_copy(struct cpumask *to, const struct cpumask *from) { bitmap_copy(to->bits, from->bits, NR_CPUS); }
static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags) { (void)mask; (void)flags; return true; }
static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
    (void)flags;
    cpumask_clear(*mask);
    return true;
}
static inline void free_cpumask_var(cpumask_var_t mask) { (void)mask; }
#define for_each_cpu(cpu, mask) for_each_set_bit(cpu, cpumask_bits(mask), NR_CPUS)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (unsigned)(cpu) < ashlar_cpu_count(); (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
