/* SPDX-License-Identifier: MIT */
/* Circular doubly linked lists with an external head, and hash chains with a one-pointer head. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name) \
    {                        \
        &(name), &(name)     \
    }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
    WRITE_ONCE(list->next, list);
    WRITE_ONCE(list->prev, list);
}
static inline void __list_add(struct list_head *entry, struct list_head *prev, struct list_head *next)
{
    next->prev = entry;
    entry->next = next;
    entry->prev = prev;
    WRITE_ONCE(prev->next, entry);
}
static inline void list_add(struct list_head *entry, struct list_head *head) { __list_add(entry, head, head->next); }
static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
    __list_add(entry, head->prev, head);
}
static inline void __list_del(struct list_head *prev, struct list_head *next)
{
    next->prev = prev;
    WRITE_ONCE(prev->next, next);
}
static inline void __list_del_entry(struct list_head *entry) { __list_del(entry->prev, entry->next); }
static inline void __list_del_clearprev(struct list_head *entry)
{
    __list_del(entry->prev, entry->next);
    entry->prev = NULL;
}
static inline void list_del(struct list_head *entry)
{
    __list_del_entry(entry);
    entry->next = (struct list_head *)LIST_POISON1;
    entry->prev = (struct list_head *)LIST_POISON2;
}
static inline void list_replace(struct list_head *stale, struct list_head *fresh)
{
    fresh->next = stale->next;
    fresh->next->prev = fresh;
    fresh->prev = stale->prev;
    fresh->prev->next = fresh;
}
static inline void list_replace_init(struct list_head *stale, struct list_head *fresh)
{
    list_replace(stale, fresh);
    INIT_LIST_HEAD(stale);
}
static inline void list_del_init(struct list_head *entry)
{
    __list_del_entry(entry);
    INIT_LIST_HEAD(entry);
}
static inline void list_move(struct list_head *entry, struct list_head *head)
{
    __list_del_entry(entry);
    list_add(entry, head);
}
static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
    __list_del_entry(entry);
    list_add_tail(entry, head);
}
static inline void list_swap(struct list_head *a, struct list_head *b)
{
    struct list_head *at = b->prev;
    list_del(b);
    list_replace(a, b);
    if (at == a) at = b;
    list_add(a, at);
}
static inline void list_bulk_move_tail(struct list_head *head, struct list_head *first, struct list_head *last)
{
    first->prev->next = last->next;
    last->next->prev = first->prev;
    head->prev->next = first;
    first->prev = head->prev;
    last->next = head;
    head->prev = last;
}
static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
    return entry->prev == head;
}
static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
    return entry->next == head;
}
static inline int list_is_head(const struct list_head *entry, const struct list_head *head) { return entry == head; }
static inline int list_empty(const struct list_head *head) { return READ_ONCE(head->next) == head; }
static inline void list_del_init_careful(struct list_head *entry)
{
    __list_del_entry(entry);
    WRITE_ONCE(entry->prev, entry);
    __atomic_store_n(&entry->next, entry, __ATOMIC_RELEASE);
}
static inline int list_empty_careful(const struct list_head *head)
{
    struct list_head *next = __atomic_load_n(&head->next, __ATOMIC_ACQUIRE);
    return list_is_head(next, head) && next == READ_ONCE(head->prev);
}
static inline int list_is_singular(const struct list_head *head)
{
    return !list_empty(head) && head->next == head->prev;
}
static inline void list_rotate_left(struct list_head *head)
{
    if (!list_empty(head)) list_move_tail(head->next, head);
}
static inline void list_rotate_to_front(struct list_head *list, struct list_head *head) { list_move_tail(head, list); }
static inline void __list_cut_position(struct list_head *list, struct list_head *head, struct list_head *entry)
{
    struct list_head *rest = entry->next;
    list->next = head->next;
    list->next->prev = list;
    list->prev = entry;
    entry->next = list;
    head->next = rest;
    rest->prev = head;
}
static inline void list_cut_position(struct list_head *list, struct list_head *head, struct list_head *entry)
{
    if (list_empty(head)) return;
    if (list_is_singular(head) && head != entry && head->next != entry) return;
    if (entry == head)
        INIT_LIST_HEAD(list);
    else
        __list_cut_position(list, head, entry);
}
static inline void list_cut_before(struct list_head *list, struct list_head *head, struct list_head *entry)
{
    if (head->next == entry) {
        INIT_LIST_HEAD(list);
        return;
    }
    __list_cut_position(list, head, entry->prev);
}
static inline void __list_splice(const struct list_head *list, struct list_head *prev, struct list_head *next)
{
    struct list_head *first = list->next, *last = list->prev;
    first->prev = prev;
    prev->next = first;
    last->next = next;
    next->prev = last;
}
static inline void list_splice(const struct list_head *list, struct list_head *head)
{
    if (!list_empty(list)) __list_splice(list, head, head->next);
}
static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
    if (!list_empty(list)) __list_splice(list, head->prev, head);
}
static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
    if (list_empty(list)) return;
    __list_splice(list, head, head->next);
    INIT_LIST_HEAD(list);
}
static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
    if (list_empty(list)) return;
    __list_splice(list, head->prev, head);
    INIT_LIST_HEAD(list);
}
static inline size_t list_count_nodes(struct list_head *head)
{
    size_t count = 0;
    for (struct list_head *at = head->next; at != head; at = at->next) count++;
    return count;
}

#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
/* One look at the list: code that looks without its lock relies on it. */
#define list_first_entry_or_null(head, type, member)                                         \
    ({                                                                                       \
        struct list_head *ashlar_list = (head), *ashlar_next = READ_ONCE(ashlar_list->next); \
        ashlar_next != ashlar_list ? list_entry(ashlar_next, type, member) : NULL;           \
    })
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_next_entry_circular(pos, head, member)                                          \
    (list_is_last(&(pos)->member, head) ? list_first_entry(head, __typeof__(*(pos)), member) \
                                        : list_next_entry(pos, member))
#define list_prev_entry_circular(pos, head, member)                                          \
    (list_is_first(&(pos)->member, head) ? list_last_entry(head, __typeof__(*(pos)), member) \
                                         : list_prev_entry(pos, member))
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))

#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_rcu(pos, head) for (pos = READ_ONCE((head)->next); pos != (head); pos = READ_ONCE(pos->next))
#define list_for_each_continue(pos, head) for (pos = pos->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_safe(pos, n, head) for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_prev_safe(pos, n, head) \
    for (pos = (head)->prev, n = pos->prev; pos != (head); pos = n, n = pos->prev)
#define list_for_each_entry(pos, head, member)                                                           \
    for (pos = list_first_entry(head, __typeof__(*pos), member); !list_entry_is_head(pos, head, member); \
         pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)                                                  \
    for (pos = list_last_entry(head, __typeof__(*pos), member); !list_entry_is_head(pos, head, member); \
         pos = list_prev_entry(pos, member))
#define list_prepare_entry(pos, head, member) ((pos) ? (pos) : list_entry(head, __typeof__(*pos), member))
#define list_for_each_entry_continue(pos, head, member) \
    for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_continue_reverse(pos, head, member) \
    for (pos = list_prev_entry(pos, member); !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_from(pos, head, member) \
    for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_from_reverse(pos, head, member) \
    for (; !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
    for (pos = list_first_entry(head, __typeof__(*pos), member), n = list_next_entry(pos, member); \
         !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_continue(pos, n, head, member)                                                        \
    for (pos = list_next_entry(pos, member), n = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); \
         pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_from(pos, n, head, member)                        \
    for (n = list_next_entry(pos, member); !list_entry_is_head(pos, head, member); \
         pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)                                    \
    for (pos = list_last_entry(head, __typeof__(*pos), member), n = list_prev_entry(pos, member); \
         !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))
#define list_safe_reset_next(pos, n, member) n = list_next_entry(pos, member)

#define HLIST_HEAD_INIT \
    {                   \
        NULL            \
    }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)
static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
    node->next = NULL;
    node->pprev = NULL;
}
static inline int hlist_unhashed(const struct hlist_node *node) { return !node->pprev; }
static inline int hlist_unhashed_lockless(const struct hlist_node *node) { return !READ_ONCE(node->pprev); }
static inline int hlist_empty(const struct hlist_head *head) { return !READ_ONCE(head->first); }
static inline void __hlist_del(struct hlist_node *node)
{
    struct hlist_node *next = node->next;
    WRITE_ONCE(*node->pprev, next);
    if (next) WRITE_ONCE(next->pprev, node->pprev);
}
static inline void hlist_del(struct hlist_node *node)
{
    __hlist_del(node);
    node->next = (struct hlist_node *)LIST_POISON1;
    node->pprev = (struct hlist_node **)LIST_POISON2;
}
static inline void hlist_del_init(struct hlist_node *node)
{
    if (hlist_unhashed(node)) return;
    __hlist_del(node);
    INIT_HLIST_NODE(node);
}
static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
    struct hlist_node *first = head->first;
    WRITE_ONCE(node->next, first);
    if (first) WRITE_ONCE(first->pprev, &node->next);
    WRITE_ONCE(head->first, node);
    WRITE_ONCE(node->pprev, &head->first);
}
static inline void hlist_add_before(struct hlist_node *node, struct hlist_node *next)
{
    WRITE_ONCE(node->pprev, next->pprev);
    WRITE_ONCE(node->next, next);
    WRITE_ONCE(next->pprev, &node->next);
    WRITE_ONCE(*node->pprev, node);
}
static inline void hlist_add_behind(struct hlist_node *node, struct hlist_node *prev)
{
    WRITE_ONCE(node->next, prev->next);
    WRITE_ONCE(prev->next, node);
    WRITE_ONCE(node->pprev, &prev->next);
    if (node->next) WRITE_ONCE(node->next->pprev, &node->next);
}
static inline void hlist_add_fake(struct hlist_node *node) { node->pprev = &node->next; }
static inline bool hlist_fake(struct hlist_node *node) { return node->pprev == &node->next; }
static inline bool hlist_is_singular_node(struct hlist_node *node, struct hlist_head *head)
{
    return !node->next && node->pprev == &head->first;
}
static inline void hlist_move_list(struct hlist_head *from, struct hlist_head *to)
{
    to->first = from->first;
    if (to->first) to->first->pprev = &to->first;
    from->first = NULL;
}
static inline void hlist_splice_init(struct hlist_head *from, struct hlist_node *last, struct hlist_head *to)
{
    if (to->first) to->first->pprev = &last->next;
    last->next = to->first;
    to->first = from->first;
    from->first->pprev = &to->first;
    from->first = NULL;
}
#define hlist_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_entry_safe(pointer, type, member)                      \
    ({                                                               \
        __typeof__(pointer) ashlar_node = (pointer);                 \
        ashlar_node ? hlist_entry(ashlar_node, type, member) : NULL; \
    })
#define hlist_for_each(pos, head) for (pos = (head)->first; pos; pos = pos->next)
#define hlist_for_each_safe(pos, n, head)        \
    for (pos = (head)->first; pos && ({          \
                                  n = pos->next; \
                                  1;             \
                              });                \
         pos = n)
#define hlist_for_each_entry(pos, head, member)                                  \
    for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); pos; \
         pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_continue(pos, member)                                    \
    for (pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member); pos; \
         pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_from(pos, member) \
    for (; pos; pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_safe(pos, n, head, member)                                             \
    for (pos = hlist_entry_safe((head)->first, __typeof__(*pos), member); pos && ({                 \
                                                                              n = pos->member.next; \
                                                                              1;                    \
                                                                          });                       \
         pos = hlist_entry_safe(n, __typeof__(*pos), member))
