/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/list_bl.h>
#include <linux/rcupdate.h>
static inline struct hlist_bl_node *hlist_bl_first_rcu(struct hlist_bl_head *head)
{
    return (struct hlist_bl_node *)((unsigned long)rcu_dereference(head->first) & ~LIST_BL_LOCKMASK);
}
static inline void hlist_bl_set_first_rcu(struct hlist_bl_head *head, struct hlist_bl_node *node)
{
    rcu_assign_pointer(head->first, (struct hlist_bl_node *)((unsigned long)node | LIST_BL_LOCKMASK));
}
static inline void hlist_bl_del_rcu(struct hlist_bl_node *node)
{
    __hlist_bl_del(node);
    node->pprev = (struct hlist_bl_node **)LIST_POISON2;
}
/* With the head's lock held. */
static inline void hlist_bl_add_head_rcu(struct hlist_bl_node *node, struct hlist_bl_head *head)
{
    struct hlist_bl_node *first = hlist_bl_first(head);
    node->next = first;
    if (first) first->pprev = &node->next;
    node->pprev = &head->first;
    hlist_bl_set_first_rcu(head, node);
}
#define hlist_bl_for_each_entry_rcu(entry, node, head, member)                         \
    for (node = hlist_bl_first_rcu(head);                                              \
         node && ((entry) = hlist_bl_entry(node, __typeof__(*(entry)), member), true); \
         node = rcu_dereference_raw(node->next))
