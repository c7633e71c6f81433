/* SPDX-License-Identifier: MIT */
/* Page frames: blocks of 1 << order frames, physically contiguous and aligned to their size. */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/gfp_types.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/topology.h>
#include <linux/mmzone.h>
#include <linux/topology.h>

static inline bool gfpflags_allow_blocking(const gfp_t flags) { return (flags & __GFP_DIRECT_RECLAIM) != 0; }
static inline bool gfpflags_normal_context(const gfp_t flags)
{
    return (flags & (__GFP_DIRECT_RECLAIM | __GFP_MEMALLOC)) == __GFP_DIRECT_RECLAIM;
}

ASHLAR_BEGIN_C
struct page *alloc_pages(gfp_t flags, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long address, unsigned int order);
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
unsigned long get_zeroed_page(gfp_t flags);
void *alloc_pages_exact(size_t size, gfp_t flags);
void free_pages_exact(void *address, size_t size);
/* Fills the empty places of `array`; answers how many of its first `n` are filled then. */
unsigned long alloc_pages_bulk_array(gfp_t flags, unsigned long n, struct page **array);
unsigned long alloc_pages_bulk_list(gfp_t flags, unsigned long n, struct list_head *list);
/* Turns a block of 1 << order frames into as many blocks of one frame. */
void split_page(struct page *page, unsigned int order);
/* Pieces of a block that lives until the last of them is freed and the cache has moved on or is
 * drained. Callers keep a cache to themselves. */
void *page_frag_alloc_align(struct page_frag_cache *cache, unsigned int size, gfp_t flags, unsigned int align_mask);
void page_frag_free(void *address);
void page_frag_cache_drain(struct page_frag_cache *cache);
void __page_frag_cache_drain(struct page *page, unsigned int references);
/* Gives back what the per-CPU lists of all CPUs hold. */
void drain_all_pages(struct zone *zone);
void drain_local_pages(struct zone *zone);
bool gfp_pfmemalloc_allowed(gfp_t flags);
ASHLAR_END_C
static inline void *page_frag_alloc(struct page_frag_cache *cache, unsigned int size, gfp_t flags)
{
    return page_frag_alloc_align(cache, size, flags, ~0u);
}
#define alloc_page(flags) alloc_pages(flags, 0)
#define alloc_pages_node(node, flags, order) ((void)(node), alloc_pages(flags, order))
#define __alloc_pages_node(node, flags, order) alloc_pages_node(node, flags, order)
#define __alloc_pages(flags, order, node, mask) ((void)(node), alloc_pages(flags, order))
#define alloc_pages_exact_node(node, flags, order) alloc_pages_node(node, flags, order)
#define alloc_pages_exact_nid(node, size, flags) ((void)(node), alloc_pages_exact(size, flags))
#define alloc_pages_bulk_array_node(flags, node, n, array) ((void)(node), alloc_pages_bulk_array(flags, n, array))
#define alloc_pages_bulk_array_mempolicy(flags, n, array) alloc_pages_bulk_array(flags, n, array)
#define __get_free_page(flags) __get_free_pages((flags), 0)
#define __get_dma_pages(flags, order) __get_free_pages((flags) | GFP_DMA, (order))
#define __free_page(page) __free_pages((page), 0)
#define free_page(address) free_pages((address), 0)
#define folio_alloc(flags, order) ((struct folio *)alloc_pages((flags) | __GFP_COMP, order))
