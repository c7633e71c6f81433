/* SPDX-License-Identifier: MIT */
/* One node. */
#pragma once
#define NUMA_NO_NODE (-1)
#define MAX_NUMNODES 1
#define MAX_LOCAL_NODES 1
#define first_online_node 0
#define first_memory_node 0
#define nr_node_ids 1U
#define nr_online_nodes 1U
#define numa_node_id() 0
#define numa_mem_id() 0
#define cpu_to_node(cpu) ((void)(cpu), 0)
#define cpu_to_mem(cpu) ((void)(cpu), 0)
#define page_to_nid(page) ((void)(page), 0)
#define node_online(node) ((node) == 0)
#define for_each_node(node) for ((node) = 0; (node) == 0; (node) = 1)
#define for_each_online_node(node) for_each_node(node)
#define for_each_node_state(node, state) for_each_node(node)
#define num_online_nodes() 1
#define node_state(node, state) ((node) == 0)
