/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/mm_types.h>
#define flush_tlb_all() ((void)0)
#define flush_tlb_kernel_range(start, end) ((void)0)
#define flush_cache_all() ((void)0)
#define flush_dcache_page(page) ((void)(page))
#define flush_icache_range(start, end) __builtin___clear_cache((char *)(start), (char *)(end))
#define flush_cache_vmap(start, end) ((void)0)
#define flush_cache_vunmap(start, end) ((void)0)
#define flush_kernel_vmap_range(start, size) ((void)0)
#define invalidate_kernel_vmap_range(start, size) ((void)0)
