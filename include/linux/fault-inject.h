/* SPDX-License-Identifier: MIT */
/* Failing on purpose; the machine's failslab= and fail_page_alloc= settings do it for the allocators. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/ratelimit.h>
#include <linux/types.h>
struct dentry;
struct kmem_cache;
static inline bool should_fail_alloc_page(gfp_t flags, unsigned int order)
{
    (void)flags;
    (void)order;
    return false;
}
static inline int should_failslab(struct kmem_cache *cache, gfp_t flags)
{
    (void)cache;
    (void)flags;
    return 0;
}
