/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees whose nodes carry a summary of their subtree. Three callbacks keep it true:
 * propagate (from a node up to `stop`), copy (a node takes another's place) and rotate (two nodes
 * change places: the upper's summary moves to the new upper, the lower's is recomputed).
 *
 * rb_erase_augmented is inline, so that the callbacks of one tree inline into it; the balancing
 * after it, and after an insertion, are functions, as Linux's lib/rbtree.c also defines them.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>

struct rb_augment_callbacks {
    void (*propagate)(struct rb_node *node, struct rb_node *stop);
    void (*copy)(struct rb_node *old_node, struct rb_node *new_node);
    void (*rotate)(struct rb_node *old_node, struct rb_node *new_node);
};
ASHLAR_BEGIN_C
void __rb_insert_augmented(struct rb_node *node, struct rb_root *root,
                           void (*rotate)(struct rb_node *old_node, struct rb_node *new_node));
void __rb_erase_color(struct rb_node *parent, struct rb_root *root,
                      void (*rotate)(struct rb_node *old_node, struct rb_node *new_node));
ASHLAR_END_C

#define RB_RED 0
#define RB_BLACK 1
#define __rb_parent(pc) ((struct rb_node *)((pc) & ~3UL))
#define __rb_color(pc) ((pc)&1)
#define __rb_is_black(pc) __rb_color(pc)
#define __rb_is_red(pc) (!__rb_color(pc))
#define rb_color(node) __rb_color((node)->__rb_parent_color)
#define rb_is_red(node) __rb_is_red((node)->__rb_parent_color)
#define rb_is_black(node) __rb_is_black((node)->__rb_parent_color)
static inline void rb_set_parent(struct rb_node *node, struct rb_node *parent)
{
    node->__rb_parent_color = rb_color(node) + (unsigned long)parent;
}
static inline void rb_set_parent_color(struct rb_node *node, struct rb_node *parent, int color)
{
    node->__rb_parent_color = (unsigned long)parent + (unsigned long)color;
}
static inline void ashlar_rb_put_child(struct rb_node *old_node, struct rb_node *new_node, struct rb_node *parent,
                                       struct rb_root *root, bool publish)
{
    struct rb_node **link = !parent                       ? &root->rb_node
                            : parent->rb_left == old_node ? &parent->rb_left
                                                          : &parent->rb_right;
    if (publish)
        rcu_assign_pointer(*link, new_node);
    else
        WRITE_ONCE(*link, new_node);
}
static inline void __rb_change_child(struct rb_node *old_node, struct rb_node *new_node, struct rb_node *parent,
                                     struct rb_root *root)
{
    ashlar_rb_put_child(old_node, new_node, parent, root, false);
}
static inline void __rb_change_child_rcu(struct rb_node *old_node, struct rb_node *new_node, struct rb_node *parent,
                                         struct rb_root *root)
{
    ashlar_rb_put_child(old_node, new_node, parent, root, true);
}

static inline void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
                                       const struct rb_augment_callbacks *augment)
{
    __rb_insert_augmented(node, root, augment->rotate);
}
static inline void rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root, bool leftmost,
                                              const struct rb_augment_callbacks *augment)
{
    if (leftmost) root->rb_leftmost = node;
    rb_insert_augmented(node, &root->rb_root, augment);
}

/* Unlinks the node. Answers the parent below which a black node is missing, or NULL. */
static __always_inline struct rb_node *__rb_erase_augmented(struct rb_node *node, struct rb_root *root,
                                                            const struct rb_augment_callbacks *augment)
{
    struct rb_node *left = node->rb_left, *right = node->rb_right;
    struct rb_node *parent = rb_parent(node), *deficit = NULL, *changed;
    if (!left || !right) {
        /* An only child is red, by the equal black heights: it takes the node's colour. */
        struct rb_node *child = left ? left : right;
        __rb_change_child(node, child, parent, root);
        if (child)
            child->__rb_parent_color = node->__rb_parent_color;
        else if (rb_is_black(node))
            deficit = parent;
        changed = parent;
    } else {
        /* The next node in order has no left child: it moves here, its right child moves up. */
        struct rb_node *next = right, *next_parent, *orphan;
        if (!next->rb_left) {
            next_parent = next;
            orphan = next->rb_right;
            augment->copy(node, next);
        } else {
            while (next->rb_left) next = next->rb_left;
            next_parent = rb_parent(next);
            orphan = next->rb_right;
            WRITE_ONCE(next_parent->rb_left, orphan);
            WRITE_ONCE(next->rb_right, right);
            rb_set_parent(right, next);
            augment->copy(node, next);
            augment->propagate(next_parent, next);
        }
        WRITE_ONCE(next->rb_left, left);
        rb_set_parent(left, next);
        bool next_black = rb_is_black(next);
        __rb_change_child(node, next, parent, root);
        next->__rb_parent_color = node->__rb_parent_color;
        if (orphan)
            rb_set_parent_color(orphan, next_parent, RB_BLACK);
        else if (next_black)
            deficit = next_parent;
        changed = next;
    }
    augment->propagate(changed, NULL);
    return deficit;
}
static __always_inline void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
                                               const struct rb_augment_callbacks *augment)
{
    struct rb_node *deficit = __rb_erase_augmented(node, root, augment);
    if (deficit) __rb_erase_color(deficit, root, augment->rotate);
}
static __always_inline void rb_erase_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
                                                      const struct rb_augment_callbacks *augment)
{
    if (root->rb_leftmost == node) root->rb_leftmost = rb_next(node);
    rb_erase_augmented(node, &root->rb_root, augment);
}

/* Callbacks for a summary that `compute(node, exit)` recomputes; it answers true when nothing
 * changed and the walk up may stop. */
#define RB_DECLARE_CALLBACKS(scope, name, type, field, summary, compute)           \
    static inline void name##_propagate(struct rb_node *rb, struct rb_node *stop)  \
    {                                                                              \
        while (rb != stop) {                                                       \
            type *ashlar_node = rb_entry(rb, type, field);                         \
            if (compute(ashlar_node, true)) break;                                 \
            rb = rb_parent(&ashlar_node->field);                                   \
        }                                                                          \
    }                                                                              \
    static inline void name##_copy(struct rb_node *from, struct rb_node *to)       \
    {                                                                              \
        rb_entry(to, type, field)->summary = rb_entry(from, type, field)->summary; \
    }                                                                              \
    static void name##_rotate(struct rb_node *from, struct rb_node *to)            \
    {                                                                              \
        type *ashlar_lower = rb_entry(from, type, field);                          \
        rb_entry(to, type, field)->summary = ashlar_lower->summary;                \
        compute(ashlar_lower, false);                                              \
    }                                                                              \
    scope const struct rb_augment_callbacks name = {name##_propagate, name##_copy, name##_rotate};
/* The common case: the greatest of `value(node)` over the subtree. */
#define RB_DECLARE_CALLBACKS_MAX(scope, name, type, field, value_type, summary, value)  \
    static inline bool name##_compute_max(type *node, bool stop_if_same)                \
    {                                                                                   \
        value_type ashlar_max = value(node);                                            \
        if (node->field.rb_left) {                                                      \
            type *ashlar_child = rb_entry(node->field.rb_left, type, field);            \
            if (ashlar_child->summary > ashlar_max) ashlar_max = ashlar_child->summary; \
        }                                                                               \
        if (node->field.rb_right) {                                                     \
            type *ashlar_child = rb_entry(node->field.rb_right, type, field);           \
            if (ashlar_child->summary > ashlar_max) ashlar_max = ashlar_child->summary; \
        }                                                                               \
        if (stop_if_same && node->summary == ashlar_max) return true;                   \
        node->summary = ashlar_max;                                                     \
        return false;                                                                   \
    }                                                                                   \
    RB_DECLARE_CALLBACKS(scope, name, type, field, summary, name##_compute_max)
