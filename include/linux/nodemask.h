/* SPDX-License-Identifier: MIT */
/* Sets of nodes, of which there is one: number 0. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitmap.h>
#include <linux/numa.h>
typedef struct {
    DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;
enum node_states {
    N_POSSIBLE,
    N_ONLINE,
    N_NORMAL_MEMORY,
    N_HIGH_MEMORY = N_NORMAL_MEMORY,
    N_MEMORY,
    N_CPU,
    NR_NODE_STATES
};
#define NODE_MASK_ALL                                                                     \
    {                                                                                     \
        {                                                                                 \
            [0 ... BITS_TO_LONGS(MAX_NUMNODES) - 1] = BITMAP_LAST_WORD_MASK(MAX_NUMNODES) \
        }                                                                                 \
    }
#define NODE_MASK_NONE \
    {                  \
        {              \
            0          \
        }              \
    }
#define nodemask_pr_args(mask) MAX_NUMNODES, (mask)->bits
#define node_set(node, mask) set_bit(node, (mask).bits)
#define __node_set(node, mask) set_bit(node, (mask)->bits)
#define node_clear(node, mask) clear_bit(node, (mask).bits)
#define node_isset(node, mask) test_bit(node, (mask).bits)
#define node_test_and_set(node, mask) test_and_set_bit(node, (mask).bits)
#define nodes_setall(mask) bitmap_fill((mask).bits, MAX_NUMNODES)
#define nodes_clear(mask) bitmap_zero((mask).bits, MAX_NUMNODES)
#define nodes_and(to, a, b) bitmap_and((to).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_or(to, a, b) bitmap_or((to).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_xor(to, a, b) bitmap_xor((to).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_andnot(to, a, b) bitmap_andnot((to).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_complement(to, a) bitmap_complement((to).bits, (a).bits, MAX_NUMNODES)
#define nodes_equal(a, b) bitmap_equal((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_intersects(a, b) bitmap_intersects((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_subset(a, b) bitmap_subset((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_empty(mask) bitmap_empty((mask).bits, MAX_NUMNODES)
#define nodes_full(mask) bitmap_full((mask).bits, MAX_NUMNODES)
#define nodes_weight(mask) bitmap_weight((mask).bits, MAX_NUMNODES)
#define first_node(mask) ((int)find_first_bit((mask).bits, MAX_NUMNODES))
#define next_node(node, mask) ((int)find_next_bit((mask).bits, MAX_NUMNODES, (node) + 1))
#define first_unset_node(mask) ((int)find_first_zero_bit((mask).bits, MAX_NUMNODES))
#define next_node_in(node, mask) (next_node(node, mask) < MAX_NUMNODES ? next_node(node, mask) : first_node(mask))
#define for_each_node_mask(node, mask) \
    for ((node) = first_node(mask); (node) < MAX_NUMNODES; (node) = next_node(node, mask))
#define init_nodemask_of_node(mask, node) (nodes_clear(*(mask)), node_set(node, *(mask)))
#ifndef __cplusplus
#define nodemask_of_node(node)                   \
    ({                                           \
        nodemask_t ashlar_mask = NODE_MASK_NONE; \
        node_set(node, ashlar_mask);             \
        ashlar_mask;                             \
    })
#endif
ASHLAR_BEGIN_C
/* All states: the one node has memory and CPUs. */
extern nodemask_t node_states[NR_NODE_STATES];
ASHLAR_END_C
#define node_possible_map node_states[N_POSSIBLE]
#define node_online_map node_states[N_ONLINE]
#define num_node_state(state) 1
#define num_possible_nodes() 1
#define node_possible(node) ((node) == 0)
#define next_online_node(node) MAX_NUMNODES
#define NODEMASK_ALLOC(type, name, flags) type ashlar_##name, *name = &ashlar_##name
#define NODEMASK_FREE(mask) ((void)(mask))
