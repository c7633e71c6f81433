/* SPDX-License-Identifier: MIT */
/* Which object of a set is nearest to a CPU. */
#pragma once
#include <linux/kconfig.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/kref.h>
#include <linux/slab.h>
struct cpu_rmap {
    struct kref refcount;
    u16 size, used;
    void **obj;
    struct {
        u16 index, dist;
    } near[];
};
#define CPU_RMAP_DIST_INF 0xffff
ASHLAR_BEGIN_C
struct cpu_rmap *alloc_cpu_rmap(unsigned int size, gfp_t flags);
int cpu_rmap_put(struct cpu_rmap *rmap);
int cpu_rmap_add(struct cpu_rmap *rmap, void *obj);
int cpu_rmap_update(struct cpu_rmap *rmap, u16 index, const struct cpumask *affinity);
ASHLAR_END_C
static inline u16 cpu_rmap_lookup_index(struct cpu_rmap *rmap, unsigned int cpu) { return rmap->near[cpu].index; }
static inline void *cpu_rmap_lookup_obj(struct cpu_rmap *rmap, unsigned int cpu)
{
    return rmap->obj[rmap->near[cpu].index];
}
