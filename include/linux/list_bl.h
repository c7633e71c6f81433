/* SPDX-License-Identifier: MIT */
/* Hash chains whose head is a lock as well: bit 0 of the pointer. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bit_spinlock.h>
#include <linux/bug.h>
#include <linux/list.h>
#define LIST_BL_LOCKMASK 1UL
#define LIST_BL_BUG_ON(condition) ((void)0)
struct hlist_bl_node {
    struct hlist_bl_node *next, **pprev;
};
struct hlist_bl_head {
    struct hlist_bl_node *first;
};
#define INIT_HLIST_BL_HEAD(head) ((head)->first = NULL)
#define hlist_bl_entry(pointer, type, member) container_of(pointer, type, member)
static inline void INIT_HLIST_BL_NODE(struct hlist_bl_node *node)
{
    node->next = NULL;
    node->pprev = NULL;
}
static inline bool hlist_bl_unhashed(const struct hlist_bl_node *node) { return !node->pprev; }
static inline struct hlist_bl_node *hlist_bl_first(struct hlist_bl_head *head)
{
    return (struct hlist_bl_node *)((unsigned long)head->first & ~LIST_BL_LOCKMASK);
}
/* Keeps the lock's bit; with the lock held. */
static inline void hlist_bl_set_first(struct hlist_bl_head *head, struct hlist_bl_node *node)
{
    head->first = (struct hlist_bl_node *)((unsigned long)node | ((unsigned long)head->first & LIST_BL_LOCKMASK));
}
static inline bool hlist_bl_empty(const struct hlist_bl_head *head)
{
    return !((unsigned long)READ_ONCE(head->first) & ~LIST_BL_LOCKMASK);
}
static inline void hlist_bl_add_head(struct hlist_bl_node *node, struct hlist_bl_head *head)
{
    struct hlist_bl_node *first = hlist_bl_first(head);
    node->next = first;
    if (first) first->pprev = &node->next;
    node->pprev = &head->first;
    hlist_bl_set_first(head, node);
}
static inline void hlist_bl_add_before(struct hlist_bl_node *node, struct hlist_bl_node *next)
{
    struct hlist_bl_node **place = next->pprev;
    node->pprev = place;
    node->next = next;
    next->pprev = &node->next;
    /* The place may be the head, whose bit stays. */
    *place = (struct hlist_bl_node *)((unsigned long)node | ((unsigned long)*place & LIST_BL_LOCKMASK));
}
static inline void hlist_bl_add_behind(struct hlist_bl_node *node, struct hlist_bl_node *before)
{
    node->next = before->next;
    node->pprev = &before->next;
    before->next = node;
    if (node->next) node->next->pprev = &node->next;
}
static inline void __hlist_bl_del(struct hlist_bl_node *node)
{
    struct hlist_bl_node *next = node->next, **place = node->pprev;
    WRITE_ONCE(*place, (struct hlist_bl_node *)((unsigned long)next | ((unsigned long)*place & LIST_BL_LOCKMASK)));
    if (next) next->pprev = place;
}
static inline void hlist_bl_del(struct hlist_bl_node *node)
{
    __hlist_bl_del(node);
    node->next = (struct hlist_bl_node *)LIST_POISON1;
    node->pprev = (struct hlist_bl_node **)LIST_POISON2;
}
static inline void hlist_bl_del_init(struct hlist_bl_node *node)
{
    if (hlist_bl_unhashed(node)) return;
    __hlist_bl_del(node);
    INIT_HLIST_BL_NODE(node);
}
static inline void hlist_bl_lock(struct hlist_bl_head *head) { bit_spin_lock(0, (unsigned long *)head); }
static inline void hlist_bl_unlock(struct hlist_bl_head *head) { bit_spin_unlock(0, (unsigned long *)head); }
static inline bool hlist_bl_is_locked(struct hlist_bl_head *head)
{
    return bit_spin_is_locked(0, (unsigned long *)head);
}
#define hlist_bl_for_each_entry(entry, node, head, member)                                                          \
    for (node = hlist_bl_first(head); node && ((entry) = hlist_bl_entry(node, __typeof__(*(entry)), member), true); \
         node = node->next)
#define hlist_bl_for_each_entry_safe(entry, node, after, head, member)                                                 \
    for (node = hlist_bl_first(head);                                                                                  \
         node && ((after) = node->next, true) && ((entry) = hlist_bl_entry(node, __typeof__(*(entry)), member), true); \
         node = (after))
