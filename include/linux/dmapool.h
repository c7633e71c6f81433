/* SPDX-License-Identifier: MIT */
/* Small coherent blocks of one size that do not cross a boundary. */
#pragma once
#include <linux/kconfig.h>
#include <linux/dma-mapping.h>
struct dma_pool;
ASHLAR_BEGIN_C
struct dma_pool *dma_pool_create(const char *name, struct device *device, size_t size, size_t align, size_t boundary);
void dma_pool_destroy(struct dma_pool *pool);
void *dma_pool_alloc(struct dma_pool *pool, gfp_t flags, dma_addr_t *handle);
void dma_pool_free(struct dma_pool *pool, void *address, dma_addr_t handle);
struct dma_pool *dmam_pool_create(const char *name, struct device *device, size_t size, size_t align, size_t boundary);
void dmam_pool_destroy(struct dma_pool *pool);
struct device *ashlar_dma_pool_device(const struct dma_pool *pool);
ASHLAR_END_C
static inline void *dma_pool_zalloc(struct dma_pool *pool, gfp_t flags, dma_addr_t *handle)
{
    return dma_pool_alloc(pool, flags | __GFP_ZERO, handle);
}
