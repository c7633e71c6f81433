/* SPDX-License-Identifier: MIT */
/* Small objects packed over page boundaries: a handle is mapped to be used. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/types.h>
enum zs_mapmode { ZS_MM_RW, ZS_MM_RO, ZS_MM_WO };
struct zs_pool_stats {
    atomic_long_t pages_compacted;
};
struct zs_pool;
ASHLAR_BEGIN_C
struct zs_pool *zs_create_pool(const char *name);
void zs_destroy_pool(struct zs_pool *pool);
/* A handle, or an error to be asked for by IS_ERR_VALUE(). */
unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t flags);
void zs_free(struct zs_pool *pool, unsigned long handle);
size_t zs_huge_class_size(struct zs_pool *pool);
/* One object a CPU at a time, and no sleep until it is unmapped. */
void *zs_map_object(struct zs_pool *pool, unsigned long handle, enum zs_mapmode mode);
void zs_unmap_object(struct zs_pool *pool, unsigned long handle);
unsigned long zs_get_total_pages(struct zs_pool *pool);
/* Answers how many pages it has given back. */
unsigned long zs_compact(struct zs_pool *pool);
void zs_pool_stats(struct zs_pool *pool, struct zs_pool_stats *stats);
ASHLAR_END_C
