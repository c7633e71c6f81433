/* SPDX-License-Identifier: MIT */
/* Allocation from memory of any kind, by bitmaps beside it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
struct device;
struct device_node;
struct gen_pool;
typedef unsigned long (*genpool_algo_t)(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                                        void *data, struct gen_pool *pool, unsigned long start_addr);
struct gen_pool {
    spinlock_t lock;
    struct list_head chunks;
    int min_alloc_order;
    genpool_algo_t algo;
    void *data;
    const char *name;
};
struct gen_pool_chunk {
    struct list_head next_chunk;
    atomic_long_t avail;
    phys_addr_t phys_addr;
    void *owner;
    unsigned long start_addr, end_addr; /* the last byte, not one after */
    unsigned long bits[];
};
struct genpool_data_align {
    int align;
};
struct genpool_data_fixed {
    unsigned long offset;
};
ASHLAR_BEGIN_C
struct gen_pool *gen_pool_create(int min_alloc_order, int node);
struct gen_pool *devm_gen_pool_create(struct device *device, int min_alloc_order, int node, const char *name);
struct gen_pool *gen_pool_get(struct device *device, const char *name);
void gen_pool_destroy(struct gen_pool *pool);
int gen_pool_add_owner(struct gen_pool *pool, unsigned long address, phys_addr_t physical, size_t size, int node,
                       void *owner);
phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long address);
unsigned long gen_pool_alloc_algo_owner(struct gen_pool *pool, size_t size, genpool_algo_t algo, void *data,
                                        void **owner);
void gen_pool_free_owner(struct gen_pool *pool, unsigned long address, size_t size, void **owner);
void *gen_pool_dma_alloc(struct gen_pool *pool, size_t size, dma_addr_t *dma);
void *gen_pool_dma_alloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma, genpool_algo_t algo, void *data);
void *gen_pool_dma_alloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align);
void *gen_pool_dma_zalloc(struct gen_pool *pool, size_t size, dma_addr_t *dma);
void *gen_pool_dma_zalloc_algo(struct gen_pool *pool, size_t size, dma_addr_t *dma, genpool_algo_t algo, void *data);
void *gen_pool_dma_zalloc_align(struct gen_pool *pool, size_t size, dma_addr_t *dma, int align);
void gen_pool_for_each_chunk(struct gen_pool *pool,
                             void (*function)(struct gen_pool *, struct gen_pool_chunk *, void *), void *data);
size_t gen_pool_avail(struct gen_pool *pool);
size_t gen_pool_size(struct gen_pool *pool);
bool gen_pool_has_addr(struct gen_pool *pool, unsigned long start, size_t size);
void gen_pool_set_algo(struct gen_pool *pool, genpool_algo_t algo, void *data);
unsigned long gen_pool_first_fit(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                                 void *data, struct gen_pool *pool, unsigned long start_addr);
unsigned long gen_pool_fixed_alloc(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                                   void *data, struct gen_pool *pool, unsigned long start_addr);
unsigned long gen_pool_first_fit_align(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                                       void *data, struct gen_pool *pool, unsigned long start_addr);
unsigned long gen_pool_first_fit_order_align(unsigned long *map, unsigned long size, unsigned long start,
                                             unsigned int nr, void *data, struct gen_pool *pool,
                                             unsigned long start_addr);
unsigned long gen_pool_best_fit(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                                void *data, struct gen_pool *pool, unsigned long start_addr);
ASHLAR_END_C
static inline int gen_pool_add_virt(struct gen_pool *pool, unsigned long address, phys_addr_t physical, size_t size,
                                    int node)
{
    return gen_pool_add_owner(pool, address, physical, size, node, NULL);
}
static inline int gen_pool_add(struct gen_pool *pool, unsigned long address, size_t size, int node)
{
    return gen_pool_add_virt(pool, address, (phys_addr_t)-1, size, node);
}
static inline unsigned long gen_pool_alloc_owner(struct gen_pool *pool, size_t size, void **owner)
{
    return gen_pool_alloc_algo_owner(pool, size, pool->algo, pool->data, owner);
}
static inline unsigned long gen_pool_alloc_algo(struct gen_pool *pool, size_t size, genpool_algo_t algo, void *data)
{
    return gen_pool_alloc_algo_owner(pool, size, algo, data, NULL);
}
static inline unsigned long gen_pool_alloc(struct gen_pool *pool, size_t size)
{
    return gen_pool_alloc_owner(pool, size, NULL);
}
static inline void gen_pool_free(struct gen_pool *pool, unsigned long address, size_t size)
{
    gen_pool_free_owner(pool, address, size, NULL);
}
