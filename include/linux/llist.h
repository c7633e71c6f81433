/* SPDX-License-Identifier: MIT */
/* A stack that anybody may push to without a lock; one taker at a time empties it whole. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

struct llist_head {
    struct llist_node *first;
};
struct llist_node {
    struct llist_node *next;
};
#define LLIST_HEAD_INIT(name) \
    {                         \
        NULL                  \
    }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)
static inline void init_llist_head(struct llist_head *list) { list->first = NULL; }
#define llist_entry(pointer, type, member) container_of(pointer, type, member)
#define member_address_is_nonnull(pointer, member) \
    ((unsigned long)(pointer) + offsetof(__typeof__(*(pointer)), member) != 0)
#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)
#define llist_for_each_safe(pos, n, node) for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))
#define llist_for_each_entry(pos, node, member)                                                           \
    for ((pos) = llist_entry((node), __typeof__(*(pos)), member); member_address_is_nonnull(pos, member); \
         (pos) = llist_entry((pos)->member.next, __typeof__(*(pos)), member))
#define llist_for_each_entry_safe(pos, n, node, member)                                                               \
    for (pos = llist_entry((node), __typeof__(*pos), member);                                                         \
         member_address_is_nonnull(pos, member) && (n = llist_entry(pos->member.next, __typeof__(*n), member), true); \
         pos = n)
static inline bool llist_empty(const struct llist_head *head) { return !READ_ONCE(head->first); }
static inline struct llist_node *llist_next(struct llist_node *node) { return node->next; }
static inline bool __llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head)
{
    last->next = head->first;
    head->first = first;
    return !last->next;
}
static inline bool __llist_add(struct llist_node *node, struct llist_head *head)
{
    return __llist_add_batch(node, node, head);
}
static inline struct llist_node *llist_del_all(struct llist_head *head)
{
    return __atomic_exchange_n(&head->first, (struct llist_node *)NULL, __ATOMIC_SEQ_CST);
}
static inline struct llist_node *__llist_del_all(struct llist_head *head)
{
    struct llist_node *first = head->first;
    head->first = NULL;
    return first;
}
ASHLAR_BEGIN_C
bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head);
struct llist_node *llist_del_first(struct llist_head *head);
struct llist_node *llist_reverse_order(struct llist_node *head);
ASHLAR_END_C
static inline bool llist_add(struct llist_node *node, struct llist_head *head)
{
    return llist_add_batch(node, node, head);
}
