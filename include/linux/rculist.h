/* SPDX-License-Identifier: MIT */
/* Lists that readers walk under rcu_read_lock() while one writer changes them. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) ((list)->next)
static inline void INIT_LIST_HEAD_RCU(struct list_head *list) { INIT_LIST_HEAD(list); }
static inline void __list_add_rcu(struct list_head *entry, struct list_head *prev, struct list_head *next)
{
    entry->next = next;
    entry->prev = prev;
    rcu_assign_pointer(prev->next, entry);
    next->prev = entry;
}
static inline void list_add_rcu(struct list_head *entry, struct list_head *head)
{
    __list_add_rcu(entry, head, head->next);
}
static inline void list_add_tail_rcu(struct list_head *entry, struct list_head *head)
{
    __list_add_rcu(entry, head->prev, head);
}
/* `next` stays: a reader standing on the entry still finds its way on. */
static inline void list_del_rcu(struct list_head *entry)
{
    __list_del_entry(entry);
    entry->prev = (struct list_head *)LIST_POISON2;
}
static inline void list_replace_rcu(struct list_head *stale, struct list_head *fresh)
{
    fresh->next = stale->next;
    fresh->prev = stale->prev;
    rcu_assign_pointer(fresh->prev->next, fresh);
    fresh->next->prev = fresh;
    stale->prev = (struct list_head *)LIST_POISON2;
}
#define list_entry_rcu(pointer, type, member) container_of(READ_ONCE(pointer), type, member)
#define list_entry_lockless(pointer, type, member) list_entry_rcu(pointer, type, member)
#define list_first_or_null_rcu(head, type, member)                                            \
    ({                                                                                        \
        struct list_head *ashlar_head = (head), *ashlar_first = READ_ONCE(ashlar_head->next); \
        ashlar_first != ashlar_head ? list_entry_rcu(ashlar_first, type, member) : NULL;      \
    })
#define list_for_each_entry_rcu(pos, head, member, ...)                                        \
    for (pos = list_entry_rcu((head)->next, __typeof__(*pos), member); &pos->member != (head); \
         pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))
#define list_for_each_entry_srcu(pos, head, member, ...) list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_lockless(pos, head, member) list_for_each_entry_rcu(pos, head, member)
#define list_for_each_entry_continue_rcu(pos, head, member)                                        \
    for (pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member); &pos->member != (head); \
         pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))

#define hlist_first_rcu(head) ((head)->first)
#define hlist_next_rcu(node) ((node)->next)
#define hlist_pprev_rcu(node) (*(node)->pprev)
static inline void hlist_del_rcu(struct hlist_node *node)
{
    __hlist_del(node);
    WRITE_ONCE(node->pprev, (struct hlist_node **)LIST_POISON2);
}
static inline void hlist_del_init_rcu(struct hlist_node *node)
{
    if (hlist_unhashed(node)) return;
    __hlist_del(node);
    WRITE_ONCE(node->pprev, NULL);
}
static inline void hlist_replace_rcu(struct hlist_node *stale, struct hlist_node *fresh)
{
    fresh->next = stale->next;
    WRITE_ONCE(fresh->pprev, stale->pprev);
    rcu_assign_pointer(*fresh->pprev, fresh);
    if (fresh->next) WRITE_ONCE(fresh->next->pprev, &fresh->next);
    WRITE_ONCE(stale->pprev, (struct hlist_node **)LIST_POISON2);
}
static inline void hlist_add_head_rcu(struct hlist_node *node, struct hlist_head *head)
{
    struct hlist_node *first = head->first;
    node->next = first;
    WRITE_ONCE(node->pprev, &head->first);
    rcu_assign_pointer(head->first, node);
    if (first) WRITE_ONCE(first->pprev, &node->next);
}
static inline void hlist_add_tail_rcu(struct hlist_node *node, struct hlist_head *head)
{
    struct hlist_node **end = &head->first;
    while (*end) end = &(*end)->next;
    node->next = NULL;
    WRITE_ONCE(node->pprev, end);
    rcu_assign_pointer(*end, node);
}
static inline void hlist_add_behind_rcu(struct hlist_node *node, struct hlist_node *prev)
{
    node->next = prev->next;
    WRITE_ONCE(node->pprev, &prev->next);
    rcu_assign_pointer(prev->next, node);
    if (node->next) WRITE_ONCE(node->next->pprev, &node->next);
}
static inline void hlist_add_before_rcu(struct hlist_node *node, struct hlist_node *next)
{
    WRITE_ONCE(node->pprev, next->pprev);
    node->next = next;
    rcu_assign_pointer(*node->pprev, node);
    WRITE_ONCE(next->pprev, &node->next);
}
#define __hlist_for_each_rcu(pos, head) for (pos = READ_ONCE((head)->first); pos; pos = READ_ONCE(pos->next))
#define hlist_for_each_entry_rcu(pos, head, member, ...)                                    \
    for (pos = hlist_entry_safe(READ_ONCE((head)->first), __typeof__(*(pos)), member); pos; \
         pos = hlist_entry_safe(READ_ONCE((pos)->member.next), __typeof__(*(pos)), member))
#define hlist_for_each_entry_rcu_notrace(pos, head, member) hlist_for_each_entry_rcu(pos, head, member)
#define hlist_for_each_entry_rcu_bh(pos, head, member) hlist_for_each_entry_rcu(pos, head, member)
#define hlist_for_each_entry_continue_rcu(pos, member)                                           \
    for (pos = hlist_entry_safe(READ_ONCE((pos)->member.next), __typeof__(*(pos)), member); pos; \
         pos = hlist_entry_safe(READ_ONCE((pos)->member.next), __typeof__(*(pos)), member))
#define hlist_for_each_entry_from_rcu(pos, member) \
    for (; pos; pos = hlist_entry_safe(READ_ONCE((pos)->member.next), __typeof__(*(pos)), member))
