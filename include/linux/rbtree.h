/* SPDX-License-Identifier: MIT */
/* Red-black trees: the caller walks and compares, these functions link, balance and step. */
#pragma once
#include <linux/kconfig.h>
#include <linux/container_of.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>

#define rb_parent(node) ((struct rb_node *)((node)->__rb_parent_color & ~3UL))
#define rb_entry(pointer, type, member) container_of(pointer, type, member)
#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))

ASHLAR_BEGIN_C
void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);
void rb_replace_node(struct rb_node *victim, struct rb_node *fresh, struct rb_root *root);
void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *fresh, struct rb_root *root);
ASHLAR_END_C

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
    node->__rb_parent_color = (unsigned long)parent;
    node->rb_left = node->rb_right = NULL;
    *link = node;
}
static inline void rb_link_node_rcu(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
    node->__rb_parent_color = (unsigned long)parent;
    node->rb_left = node->rb_right = NULL;
    rcu_assign_pointer(*link, node);
}
#define rb_entry_safe(pointer, type, member)                  \
    ({                                                        \
        __typeof__(pointer) ashlar_rb = (pointer);            \
        ashlar_rb ? rb_entry(ashlar_rb, type, member) : NULL; \
    })
#define rbtree_postorder_for_each_entry_safe(pos, n, root, member)                         \
    for (pos = rb_entry_safe(rb_first_postorder(root), __typeof__(*pos), member);          \
         pos && ({                                                                         \
             n = rb_entry_safe(rb_next_postorder(&pos->member), __typeof__(*pos), member); \
             1;                                                                            \
         });                                                                               \
         pos = n)

/* With the leftmost node remembered, so that the first is found at once. */
#define rb_first_cached(root) ((root)->rb_leftmost)
static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root, bool leftmost)
{
    if (leftmost) root->rb_leftmost = node;
    rb_insert_color(node, &root->rb_root);
}
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
    struct rb_node *leftmost = NULL;
    if (root->rb_leftmost == node) leftmost = root->rb_leftmost = rb_next(node);
    rb_erase(node, &root->rb_root);
    return leftmost;
}
static inline void rb_replace_node_cached(struct rb_node *victim, struct rb_node *fresh, struct rb_root_cached *root)
{
    if (root->rb_leftmost == victim) root->rb_leftmost = fresh;
    rb_replace_node(victim, fresh, &root->rb_root);
}

/* Insertion and search with the order given as a function. */
static __always_inline bool ashlar_rb_descend(struct rb_node *node, struct rb_root *root,
                                              bool (*less)(struct rb_node *, const struct rb_node *))
{
    struct rb_node **link = &root->rb_node, *parent = NULL;
    bool leftmost = true;
    while (*link) {
        parent = *link;
        if (less(node, parent)) {
            link = &parent->rb_left;
        } else {
            link = &parent->rb_right;
            leftmost = false;
        }
    }
    rb_link_node(node, parent, link);
    return leftmost;
}
static __always_inline struct rb_node *rb_add_cached(struct rb_node *node, struct rb_root_cached *tree,
                                                     bool (*less)(struct rb_node *, const struct rb_node *))
{
    bool leftmost = ashlar_rb_descend(node, &tree->rb_root, less);
    rb_insert_color_cached(node, tree, leftmost);
    return leftmost ? node : NULL;
}
static __always_inline void rb_add(struct rb_node *node, struct rb_root *tree,
                                   bool (*less)(struct rb_node *, const struct rb_node *))
{
    ashlar_rb_descend(node, tree, less);
    rb_insert_color(node, tree);
}
static __always_inline struct rb_node *rb_find_add(struct rb_node *node, struct rb_root *tree,
                                                   int (*compare)(struct rb_node *, const struct rb_node *))
{
    struct rb_node **link = &tree->rb_node, *parent = NULL;
    while (*link) {
        parent = *link;
        int order = compare(node, parent);
        if (order == 0) return parent;
        link = order < 0 ? &parent->rb_left : &parent->rb_right;
    }
    rb_link_node(node, parent, link);
    rb_insert_color(node, tree);
    return NULL;
}
static __always_inline struct rb_node *rb_find(const void *key, const struct rb_root *tree,
                                               int (*compare)(const void *key, const struct rb_node *))
{
    struct rb_node *node = tree->rb_node;
    while (node) {
        int order = compare(key, node);
        if (order == 0) return node;
        node = order < 0 ? node->rb_left : node->rb_right;
    }
    return NULL;
}
static __always_inline struct rb_node *rb_find_first(const void *key, const struct rb_root *tree,
                                                     int (*compare)(const void *key, const struct rb_node *))
{
    struct rb_node *node = tree->rb_node, *match = NULL;
    while (node) {
        int order = compare(key, node);
        if (order == 0) match = node;
        node = order <= 0 ? node->rb_left : node->rb_right;
    }
    return match;
}
static __always_inline struct rb_node *rb_next_match(const void *key, struct rb_node *node,
                                                     int (*compare)(const void *key, const struct rb_node *))
{
    node = rb_next(node);
    return node && compare(key, node) == 0 ? node : NULL;
}
#define rb_for_each(node, key, tree, compare) \
    for ((node) = rb_find_first((key), (tree), (compare)); (node); (node) = rb_next_match((key), (node), (compare)))
