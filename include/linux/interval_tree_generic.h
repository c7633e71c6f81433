/* SPDX-License-Identifier: MIT */
/*
 * Defines an interval tree over any node type: ordered by start, each node knowing the greatest end
 * of its subtree. A search for intervals that touch [start, last] goes left as long as the left
 * subtree reaches start, because then the leftmost hit, if there is one at all, lies there.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/rbtree_augmented.h>

#define INTERVAL_TREE_DEFINE(type, field, value_type, summary, start_of, last_of, scope, prefix)     \
    RB_DECLARE_CALLBACKS_MAX(static, prefix##_augment, type, field, value_type, summary, last_of)    \
    scope void prefix##_insert(type *node, struct rb_root_cached *root)                              \
    {                                                                                                \
        struct rb_node **link = &root->rb_root.rb_node, *parent = NULL;                              \
        value_type start = start_of(node), last = last_of(node);                                     \
        bool leftmost = true;                                                                        \
        while (*link) {                                                                              \
            type *at;                                                                                \
            parent = *link;                                                                          \
            at = rb_entry(parent, type, field);                                                      \
            if (at->summary < last) at->summary = last;                                              \
            if (start < start_of(at)) {                                                              \
                link = &at->field.rb_left;                                                           \
            } else {                                                                                 \
                link = &at->field.rb_right;                                                          \
                leftmost = false;                                                                    \
            }                                                                                        \
        }                                                                                            \
        node->summary = last;                                                                        \
        rb_link_node(&node->field, parent, link);                                                    \
        rb_insert_augmented_cached(&node->field, root, leftmost, &prefix##_augment);                 \
    }                                                                                                \
    scope void prefix##_remove(type *node, struct rb_root_cached *root)                              \
    {                                                                                                \
        rb_erase_augmented_cached(&node->field, root, &prefix##_augment);                            \
    }                                                                                                \
    /* Below `node`, whose subtree reaches `start`: the leftmost interval that touches. */           \
    static inline type *prefix##_subtree_search(type *node, value_type start, value_type last)       \
    {                                                                                                \
        for (;;) {                                                                                   \
            if (node->field.rb_left) {                                                               \
                type *left = rb_entry(node->field.rb_left, type, field);                             \
                if (start <= left->summary) {                                                        \
                    node = left;                                                                     \
                    continue;                                                                        \
                }                                                                                    \
            }                                                                                        \
            if (start_of(node) > last) return NULL;                                                  \
            if (start <= last_of(node)) return node;                                                 \
            if (!node->field.rb_right) return NULL;                                                  \
            node = rb_entry(node->field.rb_right, type, field);                                      \
            if (start > node->summary) return NULL;                                                  \
        }                                                                                            \
    }                                                                                                \
    scope type *prefix##_iter_first(struct rb_root_cached *root, value_type start, value_type last)  \
    {                                                                                                \
        type *node, *leftmost;                                                                       \
        if (!root->rb_root.rb_node) return NULL;                                                     \
        node = rb_entry(root->rb_root.rb_node, type, field);                                         \
        if (node->summary < start) return NULL;                                                      \
        leftmost = rb_entry(root->rb_leftmost, type, field);                                         \
        if (start_of(leftmost) > last) return NULL;                                                  \
        return prefix##_subtree_search(node, start, last);                                           \
    }                                                                                                \
    scope type *prefix##_iter_next(type *node, value_type start, value_type last)                    \
    {                                                                                                \
        struct rb_node *right = node->field.rb_right;                                                \
        for (;;) {                                                                                   \
            struct rb_node *came_from;                                                               \
            if (right) {                                                                             \
                type *subtree = rb_entry(right, type, field);                                        \
                if (start <= subtree->summary) return prefix##_subtree_search(subtree, start, last); \
            }                                                                                        \
            do {                                                                                     \
                struct rb_node *up = rb_parent(&node->field);                                        \
                if (!up) return NULL;                                                                \
                came_from = &node->field;                                                            \
                node = rb_entry(up, type, field);                                                    \
                right = node->field.rb_right;                                                        \
            } while (came_from == right);                                                            \
            if (last < start_of(node)) return NULL;                                                  \
            if (start <= last_of(node)) return node;                                                 \
        }                                                                                            \
    }
