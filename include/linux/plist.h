/* SPDX-License-Identifier: MIT */
/* Lists sorted by priority: every priority once in prio_list, every node in node_list. */
#pragma once
#include <linux/kconfig.h>
#include <linux/container_of.h>
#include <linux/list.h>
#include <linux/types.h>
struct plist_head {
    struct list_head node_list;
};
struct plist_node {
    int prio;
    struct list_head prio_list, node_list;
};
#define PLIST_HEAD_INIT(head)                         \
    {                                                 \
        .node_list = LIST_HEAD_INIT((head).node_list) \
    }
#define PLIST_HEAD(head) struct plist_head head = PLIST_HEAD_INIT(head)
#define PLIST_NODE_INIT(node, priority)                                    \
    {                                                                      \
        .prio = (priority), .prio_list = LIST_HEAD_INIT((node).prio_list), \
        .node_list = LIST_HEAD_INIT((node).node_list)                      \
    }
static inline void plist_head_init(struct plist_head *head) { INIT_LIST_HEAD(&head->node_list); }
static inline void plist_node_init(struct plist_node *node, int prio)
{
    node->prio = prio;
    INIT_LIST_HEAD(&node->prio_list);
    INIT_LIST_HEAD(&node->node_list);
}
ASHLAR_BEGIN_C
void plist_add(struct plist_node *node, struct plist_head *head);
void plist_del(struct plist_node *node, struct plist_head *head);
void plist_requeue(struct plist_node *node, struct plist_head *head);
ASHLAR_END_C
static inline int plist_head_empty(const struct plist_head *head) { return list_empty(&head->node_list); }
static inline int plist_node_empty(const struct plist_node *node) { return list_empty(&node->node_list); }
#define plist_next(pos) list_next_entry(pos, node_list)
#define plist_prev(pos) list_prev_entry(pos, node_list)
#define plist_first_entry(head, type, member) container_of(plist_first(head), type, member)
#define plist_last_entry(head, type, member) container_of(plist_last(head), type, member)
static inline struct plist_node *plist_first(const struct plist_head *head)
{
    return list_entry(head->node_list.next, struct plist_node, node_list);
}
static inline struct plist_node *plist_last(const struct plist_head *head)
{
    return list_entry(head->node_list.prev, struct plist_node, node_list);
}
#define plist_for_each(pos, head) list_for_each_entry(pos, &(head)->node_list, node_list)
#define plist_for_each_continue(pos, head) list_for_each_entry_continue(pos, &(head)->node_list, node_list)
#define plist_for_each_safe(pos, n, head) list_for_each_entry_safe(pos, n, &(head)->node_list, node_list)
#define plist_for_each_entry(pos, head, member) list_for_each_entry(pos, &(head)->node_list, member.node_list)
#define plist_for_each_entry_continue(pos, head, member) \
    list_for_each_entry_continue(pos, &(head)->node_list, member.node_list)
#define plist_for_each_entry_safe(pos, n, head, member) \
    list_for_each_entry_safe(pos, n, &(head)->node_list, member.node_list)
