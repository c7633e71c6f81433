/* SPDX-License-Identifier: MIT */
/* A reserve of elements, so that an allocation that may sleep never fails for good. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct kmem_cache;
typedef void *(mempool_alloc_t)(gfp_t flags, void *pool_data);
typedef void(mempool_free_t)(void *element, void *pool_data);
typedef struct mempool_s {
    spinlock_t lock;
    int min_nr;
    int curr_nr;
    void **elements;
    void *pool_data;
    mempool_alloc_t *alloc;
    mempool_free_t *free;
    wait_queue_head_t wait;
} mempool_t;
ASHLAR_BEGIN_C
void mempool_exit(mempool_t *pool);
int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc, mempool_free_t *release, void *pool_data);
int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc, mempool_free_t *release, void *pool_data,
                      gfp_t flags, int node);
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *release, void *pool_data);
mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc, mempool_free_t *release, void *pool_data,
                               gfp_t flags, int node);
int mempool_resize(mempool_t *pool, int min_nr);
void mempool_destroy(mempool_t *pool);
void *mempool_alloc(mempool_t *pool, gfp_t flags) __malloc;
void mempool_free(void *element, mempool_t *pool);
void *mempool_alloc_slab(gfp_t flags, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
void *mempool_kmalloc(gfp_t flags, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
void *mempool_alloc_pages(gfp_t flags, void *pool_data);
void mempool_free_pages(void *element, void *pool_data);
ASHLAR_END_C
static inline bool mempool_initialized(mempool_t *pool) { return pool->elements != NULL; }
static inline int mempool_init_slab_pool(mempool_t *pool, int min_nr, struct kmem_cache *cache)
{
    return mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, (void *)cache);
}
static inline mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *cache)
{
    return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, (void *)cache);
}
static inline int mempool_init_kmalloc_pool(mempool_t *pool, int min_nr, size_t size)
{
    return mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}
static inline mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{
    return mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}
static inline int mempool_init_page_pool(mempool_t *pool, int min_nr, int order)
{
    return mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages, (void *)(long)order);
}
static inline mempool_t *mempool_create_page_pool(int min_nr, int order)
{
    return mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages, (void *)(long)order);
}
