/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_MEMCG. */
#pragma once
#include <linux/kconfig.h>
#include <linux/mm.h>
struct mem_cgroup;
struct obj_cgroup;
static inline bool mem_cgroup_disabled(void) { return true; }
static inline struct mem_cgroup *mem_cgroup_from_task(struct task_struct *task)
{
    (void)task;
    return NULL;
}
static inline bool mem_cgroup_kmem_disabled(void) { return true; }
