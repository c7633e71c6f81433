/* SPDX-License-Identifier: MIT */
#pragma once
/* The parent's address and, in its lowest bit, the node's colour: 0 red, 1 black. */
struct rb_node {
    unsigned long __rb_parent_color;
    struct rb_node *rb_right;
    struct rb_node *rb_left;
} __attribute__((__aligned__(sizeof(long))));
struct rb_root {
    struct rb_node *rb_node;
};
struct rb_root_cached {
    struct rb_root rb_root;
    struct rb_node *rb_leftmost;
};
#ifdef __cplusplus
#define RB_ROOT (rb_root{nullptr})
#define RB_ROOT_CACHED (rb_root_cached{{nullptr}, nullptr})
#else
#define RB_ROOT \
    (struct rb_root) { NULL, }
#define RB_ROOT_CACHED      \
    (struct rb_root_cached) \
    {                       \
        {                   \
            NULL,           \
        },                  \
            NULL            \
    }
#endif
