/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
enum parman_algo_type { PARMAN_ALGO_TYPE_LSORT };
struct parman;
struct parman_item {
    struct list_head list;
    unsigned long index;
};
struct parman_prio {
    struct list_head list, item_list;
    unsigned long priority;
};
struct parman_ops {
    unsigned long base_count, resize_step;
    int (*resize)(void *priv, unsigned long count);
    void (*move)(void *priv, unsigned long from, unsigned long to, unsigned long count);
    enum parman_algo_type algo;
};
ASHLAR_BEGIN_C
struct parman *parman_create(const struct parman_ops *ops, void *priv);
void parman_destroy(struct parman *parman);
void parman_prio_init(struct parman *parman, struct parman_prio *prio, unsigned long priority);
void parman_prio_fini(struct parman_prio *prio);
int parman_item_add(struct parman *parman, struct parman_prio *prio, struct parman_item *item);
void parman_item_remove(struct parman *parman, struct parman_prio *prio, struct parman_item *item);
ASHLAR_END_C
