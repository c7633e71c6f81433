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
/* The mask of each CPU alone. */
extern const struct cpumask ashlar_cpu_alone[NR_CPUS];
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
#define cpu_present(cpu) cpu_online(cpu)
#define cpu_active(cpu) cpu_online(cpu)
#define cpumask_of(cpu) (&ashlar_cpu_alone[cpu])
#define get_cpu_mask(cpu) cpumask_of(cpu)
#define cpumask_bits(mask) ((mask)->bits)
static inline unsigned int cpumask_first(const struct cpumask *mask)
{
    return (unsigned)find_first_bit(mask->bits, nr_cpumask_bits);
}
static inline unsigned int cpumask_next(int n, const struct cpumask *mask)
{
    return (unsigned)find_next_bit(mask->bits, nr_cpumask_bits, (unsigned long)(n + 1));
}
static inline unsigned int cpumask_weight(const struct cpumask *mask)
{
    return bitmap_weight(mask->bits, nr_cpumask_bits);
}
static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *mask) { set_bit(cpu, mask->bits); }
static inline void cpumask_clear_cpu(int cpu, struct cpumask *mask) { clear_bit(cpu, mask->bits); }
static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask) { return test_bit(cpu, mask->bits); }
static inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *mask) { return test_and_set_bit(cpu, mask->bits); }
static inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *mask)
{
    return test_and_clear_bit(cpu, mask->bits);
}
static inline void cpumask_setall(struct cpumask *mask) { bitmap_fill(mask->bits, nr_cpumask_bits); }
static inline void cpumask_clear(struct cpumask *mask) { bitmap_zero(mask->bits, nr_cpumask_bits); }
static inline bool cpumask_and(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_and(to->bits, a->bits, b->bits, nr_cpumask_bits);
}
static inline void cpumask_or(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    bitmap_or(to->bits, a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_equal(a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_empty(const struct cpumask *mask) { return bitmap_empty(mask->bits, nr_cpumask_bits); }
static inline void cpumask_copy(struct cpumask *to, const struct cpumask *from)
{
    bitmap_copy(to->bits, from->bits, nr_cpumask_bits);
}
static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
    (void)mask;
    (void)flags;
    return true;
}
static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
    (void)flags;
    cpumask_clear(*mask);
    return true;
}
static inline void free_cpumask_var(cpumask_var_t mask) { (void)mask; }
static inline unsigned int cpumask_last(const struct cpumask *mask)
{
    return (unsigned)find_last_bit(mask->bits, nr_cpumask_bits);
}
static inline unsigned int cpumask_next_zero(int n, const struct cpumask *mask)
{
    return (unsigned)find_next_zero_bit(mask->bits, nr_cpumask_bits, (unsigned long)(n + 1));
}
static inline unsigned int cpumask_first_zero(const struct cpumask *mask)
{
    return (unsigned)find_first_zero_bit(mask->bits, nr_cpumask_bits);
}
static inline void cpumask_xor(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    bitmap_xor(to->bits, a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_andnot(struct cpumask *to, const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_andnot(to->bits, a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_intersects(const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_intersects(a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_subset(const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_subset(a->bits, b->bits, nr_cpumask_bits);
}
static inline bool cpumask_full(const struct cpumask *mask) { return bitmap_full(mask->bits, nr_cpu_ids); }
static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
    return (unsigned)find_first_and_bit(a->bits, b->bits, nr_cpumask_bits);
}
static inline unsigned int cpumask_next_and(int n, const struct cpumask *a, const struct cpumask *b)
{
    return (unsigned)find_next_and_bit(a->bits, b->bits, nr_cpumask_bits, (unsigned long)(n + 1));
}
static inline unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu)
{
    unsigned int i = cpumask_first(mask);
    return i == cpu ? cpumask_next((int)i, mask) : i;
}
static inline unsigned int cpumask_weight_and(const struct cpumask *a, const struct cpumask *b)
{
    return bitmap_weight_and(a->bits, b->bits, nr_cpumask_bits);
}
ASHLAR_BEGIN_C
/* The n-th CPU, from 0, of a mask, of two, of the first without the second; >= nr_cpu_ids if none. */
unsigned int cpumask_nth(unsigned int n, const struct cpumask *mask);
unsigned int cpumask_nth_and(unsigned int n, const struct cpumask *a, const struct cpumask *b);
unsigned int cpumask_nth_andnot(unsigned int n, const struct cpumask *a, const struct cpumask *b);
unsigned int cpumask_any_and_distribute(const struct cpumask *a, const struct cpumask *b);
unsigned int cpumask_any_distribute(const struct cpumask *mask);
/* Every CPU of the mask once, from the one after `n` on and around; nr_cpumask_bits after the last. */
unsigned int cpumask_next_wrap(int n, const struct cpumask *mask, int start, bool wrap);
unsigned int cpumask_local_spread(unsigned int i, int node);
ASHLAR_END_C
#define cpumask_any(mask) cpumask_first(mask)
#define cpumask_any_and(a, b) cpumask_first_and((a), (b))
#define cpumask_of_node(node) ashlar_cpu_all()
#define cpumask_size() sizeof(struct cpumask)
#define cpumask_available(mask) true
#define alloc_cpumask_var_node(mask, flags, node) alloc_cpumask_var(mask, flags)
#define zalloc_cpumask_var_node(mask, flags, node) zalloc_cpumask_var(mask, flags)
#define cpumask_pr_args(mask) nr_cpumask_bits, cpumask_bits(mask)
#define for_each_cpu_and(cpu, a, b) \
    for ((cpu) = cpumask_first_and((a), (b)); (cpu) < nr_cpumask_bits; (cpu) = cpumask_next_and((int)(cpu), (a), (b)))
#define for_each_cpu_andnot(cpu, a, b)                             \
    for_each_cpu(cpu, a) if (cpumask_test_cpu((int)(cpu), (b))) {} \
    else
#define for_each_cpu_not(cpu, mask) \
    for ((cpu) = cpumask_first_zero(mask); (cpu) < nr_cpumask_bits; (cpu) = cpumask_next_zero((int)(cpu), (mask)))
#define for_each_cpu_wrap(cpu, mask, start)                                                               \
    for ((cpu) = cpumask_next_wrap((int)(start)-1, (mask), (int)(start), false); (cpu) < nr_cpumask_bits; \
         (cpu) = cpumask_next_wrap((int)(cpu), (mask), (int)(start), true))
#define for_each_cpu(cpu, mask) for_each_set_bit(cpu, cpumask_bits(mask), nr_cpumask_bits)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (unsigned)(cpu) < ashlar_cpu_count(); (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
