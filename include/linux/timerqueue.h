/* SPDX-License-Identifier: MIT */
/* Nodes in the order of their times. */
#pragma once
#include <linux/kconfig.h>
#include <linux/ktime.h>
#include <linux/rbtree.h>
struct timerqueue_node {
    struct rb_node node;
    ktime_t expires;
};
struct timerqueue_head {
    struct rb_root_cached rb_root;
};
ASHLAR_BEGIN_C
bool timerqueue_add(struct timerqueue_head *head, struct timerqueue_node *node);
bool timerqueue_del(struct timerqueue_head *head, struct timerqueue_node *node);
struct timerqueue_node *timerqueue_iterate_next(struct timerqueue_node *node);
ASHLAR_END_C
static inline struct timerqueue_node *timerqueue_getnext(struct timerqueue_head *head)
{
    struct rb_node *first = rb_first_cached(&head->rb_root);
    return first ? rb_entry(first, struct timerqueue_node, node) : NULL;
}
static inline void timerqueue_init(struct timerqueue_node *node) { RB_CLEAR_NODE(&node->node); }
static inline bool timerqueue_node_queued(struct timerqueue_node *node) { return !RB_EMPTY_NODE(&node->node); }
static inline void timerqueue_init_head(struct timerqueue_head *head)
{
    head->rb_root.rb_root.rb_node = NULL;
    head->rb_root.rb_leftmost = NULL;
}
