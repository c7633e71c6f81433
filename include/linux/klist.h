/* SPDX-License-Identifier: MIT */
/* Lists whose iterators survive the removal of what they stand on: every node has a reference. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
struct klist_node;
struct klist {
    spinlock_t k_lock;
    struct list_head k_list;
    void (*get)(struct klist_node *node);
    void (*put)(struct klist_node *node);
} __attribute__((__aligned__(sizeof(void *))));
struct klist_node {
    void *n_klist; /* the list; its lowest bit says that the node is dead */
    struct list_head n_node;
    struct kref n_ref;
};
struct klist_iter {
    struct klist *i_klist;
    struct klist_node *i_cur;
};
#define KLIST_INIT(name, get_node, put_node)                                                                 \
    {                                                                                                        \
        .k_lock = __SPIN_LOCK_UNLOCKED(name.k_lock), .k_list = LIST_HEAD_INIT(name.k_list), .get = get_node, \
        .put = put_node                                                                                      \
    }
#define DEFINE_KLIST(name, get_node, put_node) struct klist name = KLIST_INIT(name, get_node, put_node)
ASHLAR_BEGIN_C
void klist_init(struct klist *list, void (*get)(struct klist_node *), void (*put)(struct klist_node *));
void klist_add_tail(struct klist_node *node, struct klist *list);
void klist_add_head(struct klist_node *node, struct klist *list);
void klist_add_behind(struct klist_node *node, struct klist_node *pos);
void klist_add_before(struct klist_node *node, struct klist_node *pos);
void klist_del(struct klist_node *node);
void klist_remove(struct klist_node *node);
int klist_node_attached(struct klist_node *node);
void klist_iter_init(struct klist *list, struct klist_iter *iter);
void klist_iter_init_node(struct klist *list, struct klist_iter *iter, struct klist_node *node);
void klist_iter_exit(struct klist_iter *iter);
struct klist_node *klist_prev(struct klist_iter *iter);
struct klist_node *klist_next(struct klist_iter *iter);
ASHLAR_END_C
