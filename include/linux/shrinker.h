/* SPDX-License-Identifier: MIT */
/* Who holds memory that can be given up registers a shrinker; direct reclaim asks it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/types.h>

struct mem_cgroup;
struct shrink_control {
    gfp_t gfp_mask;
    int nid;
    unsigned long nr_to_scan;
    unsigned long nr_scanned;
    struct mem_cgroup *memcg;
};
#define SHRINK_STOP (~0UL)
#define SHRINK_EMPTY (~0UL - 1)
#define DEFAULT_SEEKS 2
struct shrinker {
    unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *control);
    unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *control);
    long batch;
    int seeks;
    unsigned flags;
    struct list_head list;
};
#define SHRINKER_REGISTERED 1
#define SHRINKER_NUMA_AWARE 2
#define SHRINKER_MEMCG_AWARE 4
ASHLAR_BEGIN_C
__printf(2, 3) int register_shrinker(struct shrinker *shrinker, const char *name, ...);
void unregister_shrinker(struct shrinker *shrinker);
void synchronize_shrinkers(void);
ASHLAR_END_C
