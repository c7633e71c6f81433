/* SPDX-License-Identifier: MIT */
/*
 * kmalloc and caches of equal objects. Memory is physically contiguous; a size that is a power of
 * two is aligned to itself; above KMALLOC_MAX_CACHE_SIZE it comes straight from the page frames.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#define SLAB_CONSISTENCY_CHECKS ((slab_flags_t)0x00000100U)
#define SLAB_RED_ZONE ((slab_flags_t)0x00000400U)
#define SLAB_POISON ((slab_flags_t)0x00000800U)
#define SLAB_KMALLOC ((slab_flags_t)0x00001000U)
#define SLAB_HWCACHE_ALIGN ((slab_flags_t)0x00002000U)
#define SLAB_CACHE_DMA ((slab_flags_t)0x00004000U)
#define SLAB_CACHE_DMA32 ((slab_flags_t)0x00008000U)
#define SLAB_STORE_USER ((slab_flags_t)0x00010000U)
#define SLAB_RECLAIM_ACCOUNT ((slab_flags_t)0x00020000U)
#define SLAB_TEMPORARY SLAB_RECLAIM_ACCOUNT
#define SLAB_PANIC ((slab_flags_t)0x00040000U)
#define SLAB_TYPESAFE_BY_RCU ((slab_flags_t)0x00080000U)
#define SLAB_MEM_SPREAD ((slab_flags_t)0x00100000U)
#define SLAB_TRACE ((slab_flags_t)0x00200000U)
#define SLAB_DEBUG_OBJECTS ((slab_flags_t)0)
#define SLAB_NOLEAKTRACE ((slab_flags_t)0x00800000U)
#define SLAB_NO_MERGE ((slab_flags_t)0x01000000U)
#define SLAB_FAILSLAB ((slab_flags_t)0x02000000U)
#define SLAB_ACCOUNT ((slab_flags_t)0x04000000U)
#define SLAB_KASAN ((slab_flags_t)0)
#define SLAB_NO_USER_FLAGS ((slab_flags_t)0x10000000U)
#define SLAB_SKIP_KFENCE ((slab_flags_t)0)

#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define KMALLOC_SHIFT_HIGH (PAGE_SHIFT + 1)
#define KMALLOC_SHIFT_MAX (MAX_ORDER + PAGE_SHIFT - 1)
#define KMALLOC_SHIFT_LOW 3
#define KMALLOC_MAX_SIZE (1UL << KMALLOC_SHIFT_MAX)
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#define KMALLOC_MAX_ORDER (KMALLOC_SHIFT_MAX - PAGE_SHIFT)
#define KMALLOC_MIN_SIZE (1 << KMALLOC_SHIFT_LOW)

struct kmem_cache;
struct list_lru;
struct mem_cgroup;

ASHLAR_BEGIN_C
bool slab_is_available(void);
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, slab_flags_t flags,
                                     void (*ctor)(void *object));
struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size, unsigned int align,
                                              slab_flags_t flags, unsigned int useroffset, unsigned int usersize,
                                              void (*ctor)(void *object));
void kmem_cache_destroy(struct kmem_cache *cache);
int kmem_cache_shrink(struct kmem_cache *cache);
unsigned int kmem_cache_size(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags) __malloc;
void *kmem_cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, gfp_t flags) __malloc;
void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t flags, int node) __malloc;
void kmem_cache_free(struct kmem_cache *cache, void *object);
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects);
/* All or nothing: `count` or 0. */
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t flags, size_t count, void **objects);

/* By whether the frames must be for DMA, and kmalloc_index(). */
extern struct kmem_cache *const kmalloc_caches[2][KMALLOC_SHIFT_HIGH + 1];
void *kmalloc_trace(struct kmem_cache *cache, gfp_t flags, size_t size) __malloc __alloc_size(3);
void *__kmalloc(size_t size, gfp_t flags) __malloc __alloc_size(1);
void *__kmalloc_node(size_t size, gfp_t flags, int node) __malloc __alloc_size(1);
void *kmalloc_large(size_t size, gfp_t flags) __malloc __alloc_size(1);
void *__kmalloc_node_track_caller(size_t size, gfp_t flags, int node, unsigned long caller) __malloc __alloc_size(1);
void *krealloc(const void *object, size_t size, gfp_t flags) __must_check __alloc_size(2);
void kfree(const void *object);
void kfree_sensitive(const void *object);
size_t ksize(const void *object);
size_t __ksize(const void *object);
size_t kmalloc_size_roundup(size_t size);
bool kmem_valid_obj(void *object);
void kmem_dump_obj(void *object);
#define mem_dump_obj(object) kmem_dump_obj(object)
/* Text in Linux's /proc format; answers the length it would have, as snprintf does. */
size_t ashlar_slabinfo(char *to, size_t size);
ASHLAR_END_C

#define KMEM_CACHE(type, flags) kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)
#define KMEM_CACHE_USERCOPY(type, flags, field)                                               \
    kmem_cache_create_usercopy(#type, sizeof(struct type), __alignof__(struct type), (flags), \
                               offsetof(struct type, field), sizeof_field(struct type, field), NULL)

/* The cache of a size, 1 to KMALLOC_MAX_CACHE_SIZE, in kmalloc_caches. */
static __always_inline unsigned int kmalloc_index(size_t size)
{
    return size <= 8                   ? 3
           : size > 64 && size <= 96   ? 1
           : size > 128 && size <= 192 ? 2
                                       : (unsigned int)(64 - __builtin_clzl(size - 1));
}

/* A size that the compiler knows needs no look-up. */
static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
    if (__builtin_constant_p(size) && size != 0 && size <= KMALLOC_MAX_CACHE_SIZE)
        return kmalloc_trace(kmalloc_caches[(flags & __GFP_DMA) != 0][kmalloc_index(size)], flags, size);
    return __kmalloc(size, flags);
}
static __always_inline void *kmalloc_node(size_t size, gfp_t flags, int node)
{
    (void)node;
    return kmalloc(size, flags);
}
static inline void *kzalloc(size_t size, gfp_t flags) { return kmalloc(size, flags | __GFP_ZERO); }
static inline void *kzalloc_node(size_t size, gfp_t flags, int node)
{
    return kmalloc_node(size, flags | __GFP_ZERO, node);
}
static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
    size_t bytes;
    if (unlikely(__builtin_mul_overflow(n, size, &bytes))) return NULL;
    return kmalloc(bytes, flags);
}
static inline void *kmalloc_array_node(size_t n, size_t size, gfp_t flags, int node)
{
    (void)node;
    return kmalloc_array(n, size, flags);
}
static inline void *kcalloc(size_t n, size_t size, gfp_t flags) { return kmalloc_array(n, size, flags | __GFP_ZERO); }
static inline void *kcalloc_node(size_t n, size_t size, gfp_t flags, int node)
{
    return kmalloc_array_node(n, size, flags | __GFP_ZERO, node);
}
static inline void *__must_check krealloc_array(void *object, size_t n, size_t size, gfp_t flags)
{
    size_t bytes;
    if (unlikely(__builtin_mul_overflow(n, size, &bytes))) return NULL;
    return krealloc(object, bytes, flags);
}
static inline void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags)
{
    return kmem_cache_alloc(cache, flags | __GFP_ZERO);
}
static inline void kfree_bulk(size_t count, void **objects) { kmem_cache_free_bulk(NULL, count, objects); }
#define kmalloc_track_caller(size, flags) \
    __kmalloc_node_track_caller(size, flags, NUMA_NO_NODE, (unsigned long)__builtin_return_address(0))
#define kmalloc_node_track_caller(size, flags, node) \
    __kmalloc_node_track_caller(size, flags, node, (unsigned long)__builtin_return_address(0))
ASHLAR_BEGIN_C
/* kmalloc, and vmalloc where that finds nothing. */
void *kvmalloc_node(size_t size, gfp_t flags, int node) __alloc_size(1);
void kvfree(const void *address);
void kvfree_sensitive(const void *address, size_t size);
void *kvrealloc(const void *address, size_t old_size, size_t new_size, gfp_t flags) __alloc_size(3);
ASHLAR_END_C
static inline void *kvmalloc(size_t size, gfp_t flags) { return kvmalloc_node(size, flags, NUMA_NO_NODE); }
static inline void *kvzalloc(size_t size, gfp_t flags) { return kvmalloc(size, flags | __GFP_ZERO); }
static inline void *kvzalloc_node(size_t size, gfp_t flags, int node)
{
    return kvmalloc_node(size, flags | __GFP_ZERO, node);
}
static inline void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
    size_t bytes;
    if (unlikely(__builtin_mul_overflow(n, size, &bytes))) return NULL;
    return kvmalloc(bytes, flags);
}
static inline void *kvcalloc(size_t n, size_t size, gfp_t flags) { return kvmalloc_array(n, size, flags | __GFP_ZERO); }
