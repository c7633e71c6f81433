/* SPDX-License-Identifier: MIT */
/* Lists in the order of use, for shrinkers; one list, because there is one node and no group. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/nodemask.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
struct mem_cgroup;
enum lru_status { LRU_REMOVED, LRU_REMOVED_RETRY, LRU_ROTATE, LRU_SKIP, LRU_RETRY };
struct list_lru_one {
    struct list_head list;
    long nr_items;
};
struct list_lru_node {
    spinlock_t lock;
    struct list_lru_one lru;
    long nr_items;
} ____cacheline_aligned_in_smp;
struct list_lru {
    struct list_lru_node *node;
};
typedef enum lru_status (*list_lru_walk_cb)(struct list_head *item, struct list_lru_one *list, spinlock_t *lock,
                                            void *argument);
ASHLAR_BEGIN_C
int __list_lru_init(struct list_lru *lru, bool memcg_aware, struct lock_class_key *key, struct shrinker *shrinker);
void list_lru_destroy(struct list_lru *lru);
bool list_lru_add(struct list_lru *lru, struct list_head *item);
bool list_lru_del(struct list_lru *lru, struct list_head *item);
unsigned long list_lru_count_one(struct list_lru *lru, int node, struct mem_cgroup *group);
unsigned long list_lru_count_node(struct list_lru *lru, int node);
void list_lru_isolate(struct list_lru_one *list, struct list_head *item);
void list_lru_isolate_move(struct list_lru_one *list, struct list_head *item, struct list_head *head);
unsigned long list_lru_walk_one(struct list_lru *lru, int node, struct mem_cgroup *group, list_lru_walk_cb isolate,
                                void *argument, unsigned long *nr_to_walk);
unsigned long list_lru_walk_one_irq(struct list_lru *lru, int node, struct mem_cgroup *group, list_lru_walk_cb isolate,
                                    void *argument, unsigned long *nr_to_walk);
unsigned long list_lru_walk_node(struct list_lru *lru, int node, list_lru_walk_cb isolate, void *argument,
                                 unsigned long *nr_to_walk);
ASHLAR_END_C
#define list_lru_init(lru) __list_lru_init((lru), false, NULL, NULL)
#define list_lru_init_key(lru, key) __list_lru_init((lru), false, (key), NULL)
#define list_lru_init_memcg(lru, shrinker) __list_lru_init((lru), true, NULL, shrinker)
static inline unsigned long list_lru_count(struct list_lru *lru) { return list_lru_count_node(lru, 0); }
static inline unsigned long list_lru_shrink_count(struct list_lru *lru, struct shrink_control *sc)
{
    return list_lru_count_one(lru, sc->nid, NULL);
}
static inline unsigned long list_lru_shrink_walk(struct list_lru *lru, struct shrink_control *sc,
                                                 list_lru_walk_cb isolate, void *argument)
{
    return list_lru_walk_one(lru, sc->nid, NULL, isolate, argument, &sc->nr_to_scan);
}
static inline unsigned long list_lru_shrink_walk_irq(struct list_lru *lru, struct shrink_control *sc,
                                                     list_lru_walk_cb isolate, void *argument)
{
    return list_lru_walk_one_irq(lru, sc->nid, NULL, isolate, argument, &sc->nr_to_scan);
}
static inline unsigned long list_lru_walk(struct list_lru *lru, list_lru_walk_cb isolate, void *argument,
                                          unsigned long nr_to_walk)
{
    return list_lru_walk_node(lru, 0, isolate, argument, &nr_to_walk);
}
