/* SPDX-License-Identifier: MIT */
/* Lists whose end is an odd value that tells which list it was the end of. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>
struct hlist_nulls_node {
    struct hlist_nulls_node *next, **pprev;
};
struct hlist_nulls_head {
    struct hlist_nulls_node *first;
};
#define NULLS_MARKER(value) (1UL | (((long)(value)) << 1))
#define INIT_HLIST_NULLS_HEAD(head, nulls) ((head)->first = (struct hlist_nulls_node *)NULLS_MARKER(nulls))
#define hlist_nulls_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_nulls_entry_safe(pointer, type, member)                                    \
    ({                                                                                   \
        __typeof__(pointer) ashlar_nulls = (pointer);                                    \
        is_a_nulls(ashlar_nulls) ? NULL : hlist_nulls_entry(ashlar_nulls, type, member); \
    })
static inline int is_a_nulls(const struct hlist_nulls_node *pointer) { return (int)((unsigned long)pointer & 1); }
static inline unsigned long get_nulls_value(const struct hlist_nulls_node *pointer)
{
    return (unsigned long)pointer >> 1;
}
static inline int hlist_nulls_unhashed(const struct hlist_nulls_node *node) { return !node->pprev; }
static inline int hlist_nulls_empty(const struct hlist_nulls_head *head) { return is_a_nulls(READ_ONCE(head->first)); }
static inline void hlist_nulls_add_head(struct hlist_nulls_node *node, struct hlist_nulls_head *head)
{
    struct hlist_nulls_node *first = head->first;
    node->next = first;
    node->pprev = &head->first;
    head->first = node;
    if (!is_a_nulls(first)) first->pprev = &node->next;
}
static inline void __hlist_nulls_del(struct hlist_nulls_node *node)
{
    struct hlist_nulls_node *next = node->next, **pprev = node->pprev;
    WRITE_ONCE(*pprev, next);
    if (!is_a_nulls(next)) next->pprev = pprev;
}
static inline void hlist_nulls_del(struct hlist_nulls_node *node)
{
    __hlist_nulls_del(node);
    node->pprev = (struct hlist_nulls_node **)LIST_POISON2;
}
#define hlist_nulls_for_each_entry(object, pos, head, member)                                                        \
    for (pos = (head)->first; !is_a_nulls(pos) && (object = hlist_nulls_entry(pos, __typeof__(*object), member), 1); \
         pos = pos->next)
#define hlist_nulls_for_each_entry_from(object, pos, member) \
    for (; !is_a_nulls(pos) && (object = hlist_nulls_entry(pos, __typeof__(*object), member), 1); pos = pos->next)
