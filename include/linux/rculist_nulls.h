/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/list_nulls.h>
#include <linux/rcupdate.h>
static inline void hlist_nulls_add_head_rcu(struct hlist_nulls_node *node, struct hlist_nulls_head *head)
{
    struct hlist_nulls_node *first = head->first;
    node->next = first;
    node->pprev = &head->first;
    rcu_assign_pointer(head->first, node);
    if (!is_a_nulls(first)) first->pprev = &node->next;
}
static inline void hlist_nulls_del_rcu(struct hlist_nulls_node *node) { hlist_nulls_del(node); }
static inline void hlist_nulls_del_init_rcu(struct hlist_nulls_node *node)
{
    if (hlist_nulls_unhashed(node)) return;
    __hlist_nulls_del(node);
    node->pprev = NULL;
}
#define hlist_nulls_for_each_entry_rcu(object, pos, head, member)                               \
    for (pos = rcu_dereference_raw((head)->first);                                              \
         !is_a_nulls(pos) && (object = hlist_nulls_entry(pos, __typeof__(*object), member), 1); \
         pos = rcu_dereference_raw(pos->next))
