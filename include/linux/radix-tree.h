/* SPDX-License-Identifier: MIT */
/* The radix tree's older interface over the XArray's nodes, as lib/radix-tree.c implements it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <linux/local_lock.h>

#define radix_tree_root xarray
#define radix_tree_node xa_node
struct radix_tree_preload {
    local_lock_t lock;
    unsigned nr;
    struct radix_tree_node *nodes; /* chained through `parent` */
};
ASHLAR_BEGIN_C
#ifndef __cplusplus
DECLARE_PER_CPU(struct radix_tree_preload, radix_tree_preloads);
#endif
ASHLAR_END_C

#define RADIX_TREE_ENTRY_MASK 3UL
#define RADIX_TREE_INTERNAL_NODE 2UL
#define RADIX_TREE_MAP_SHIFT XA_CHUNK_SHIFT
#define RADIX_TREE_MAP_SIZE (1UL << RADIX_TREE_MAP_SHIFT)
#define RADIX_TREE_MAP_MASK (RADIX_TREE_MAP_SIZE - 1)
#define RADIX_TREE_MAX_TAGS XA_MAX_MARKS
#define RADIX_TREE_TAG_LONGS XA_MARK_LONGS
#define RADIX_TREE_INDEX_BITS (8 * sizeof(unsigned long))
#define RADIX_TREE_MAX_PATH DIV_ROUND_UP(RADIX_TREE_INDEX_BITS, RADIX_TREE_MAP_SHIFT)
#define RADIX_TREE_RETRY XA_RETRY_ENTRY
#define ROOT_IS_IDR ((gfp_t)4)
#define ROOT_TAG_SHIFT __GFP_BITS_SHIFT
#define RADIX_TREE_INIT(name, mask) XARRAY_INIT(name, mask)
#define RADIX_TREE(name, mask) struct radix_tree_root name = RADIX_TREE_INIT(name, mask)
#define INIT_RADIX_TREE(root, mask) xa_init_flags(root, mask)

static inline bool radix_tree_is_internal_node(void *entry)
{
    return ((unsigned long)entry & RADIX_TREE_ENTRY_MASK) == RADIX_TREE_INTERNAL_NODE;
}
static inline bool radix_tree_empty(const struct radix_tree_root *root) { return root->xa_head == NULL; }

struct radix_tree_iter {
    unsigned long index;
    unsigned long next_index; /* first index of the next chunk */
    unsigned long tags;       /* of the slots from here to the chunk's end, lowest bit = here */
    struct radix_tree_node *node;
};
enum { RADIX_TREE_ITER_TAG_MASK = 0x0f, RADIX_TREE_ITER_TAGGED = 0x10, RADIX_TREE_ITER_CONTIG = 0x20 };

static inline void *radix_tree_deref_slot(void __rcu **slot) { return rcu_dereference_raw(*slot); }
static inline void *radix_tree_deref_slot_protected(void __rcu **slot, spinlock_t *lock)
{
    (void)lock;
    return *slot;
}
static inline int radix_tree_deref_retry(void *entry) { return radix_tree_is_internal_node(entry); }
static inline int radix_tree_exception(void *entry) { return ((unsigned long)entry & RADIX_TREE_ENTRY_MASK) != 0; }

ASHLAR_BEGIN_C
int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *entry);
void *__radix_tree_lookup(const struct radix_tree_root *root, unsigned long index, struct radix_tree_node **node,
                          void __rcu ***slot);
void *radix_tree_lookup(const struct radix_tree_root *root, unsigned long index);
void __rcu **radix_tree_lookup_slot(const struct radix_tree_root *root, unsigned long index);
void __radix_tree_replace(struct radix_tree_root *root, struct radix_tree_node *node, void __rcu **slot, void *entry);
void radix_tree_iter_replace(struct radix_tree_root *root, const struct radix_tree_iter *iter, void __rcu **slot,
                             void *entry);
void radix_tree_replace_slot(struct radix_tree_root *root, void __rcu **slot, void *entry);
void radix_tree_iter_delete(struct radix_tree_root *root, struct radix_tree_iter *iter, void __rcu **slot);
void *radix_tree_delete_item(struct radix_tree_root *root, unsigned long index, void *item);
void *radix_tree_delete(struct radix_tree_root *root, unsigned long index);
unsigned int radix_tree_gang_lookup(const struct radix_tree_root *root, void **results, unsigned long first_index,
                                    unsigned int max_items);
int radix_tree_preload(gfp_t flags);
int radix_tree_maybe_preload(gfp_t flags);
void radix_tree_init(void);
void *radix_tree_tag_set(struct radix_tree_root *root, unsigned long index, unsigned int tag);
void *radix_tree_tag_clear(struct radix_tree_root *root, unsigned long index, unsigned int tag);
int radix_tree_tag_get(const struct radix_tree_root *root, unsigned long index, unsigned int tag);
void radix_tree_iter_tag_clear(struct radix_tree_root *root, const struct radix_tree_iter *iter, unsigned int tag);
unsigned int radix_tree_gang_lookup_tag(const struct radix_tree_root *root, void **results, unsigned long first_index,
                                        unsigned int max_items, unsigned int tag);
unsigned int radix_tree_gang_lookup_tag_slot(const struct radix_tree_root *root, void __rcu ***results,
                                             unsigned long first_index, unsigned int max_items, unsigned int tag);
int radix_tree_tagged(const struct radix_tree_root *root, unsigned int tag);
void __rcu **idr_get_free(struct radix_tree_root *root, struct radix_tree_iter *iter, gfp_t flags, unsigned long max);
void __rcu **radix_tree_next_chunk(const struct radix_tree_root *root, struct radix_tree_iter *iter, unsigned flags);
void __rcu **__must_check radix_tree_iter_resume(void __rcu **slot, struct radix_tree_iter *iter);
ASHLAR_END_C
#ifndef __cplusplus
static inline void radix_tree_preload_end(void) { local_unlock(&radix_tree_preloads.lock); }
#endif

static __always_inline void __rcu **radix_tree_iter_init(struct radix_tree_iter *iter, unsigned long start)
{
    iter->index = 0;
    iter->next_index = start;
    return NULL;
}
static inline void __rcu **radix_tree_iter_lookup(const struct radix_tree_root *root, struct radix_tree_iter *iter,
                                                  unsigned long index)
{
    radix_tree_iter_init(iter, index);
    return radix_tree_next_chunk(root, iter, RADIX_TREE_ITER_CONTIG);
}
static inline __must_check void __rcu **radix_tree_iter_retry(struct radix_tree_iter *iter)
{
    iter->next_index = iter->index;
    iter->tags = 0;
    return NULL;
}
static inline unsigned long __radix_tree_iter_add(struct radix_tree_iter *iter, unsigned long slots)
{
    return iter->index + slots;
}
static __always_inline long radix_tree_chunk_size(struct radix_tree_iter *iter)
{
    return (long)(iter->next_index - iter->index);
}
/* The next slot of this chunk that the flags ask for; NULL sends the loop to the next chunk. */
static __always_inline void __rcu **radix_tree_next_slot(void __rcu **slot, struct radix_tree_iter *iter,
                                                         unsigned flags)
{
    if (flags & RADIX_TREE_ITER_TAGGED) {
        unsigned long skip;
        iter->tags >>= 1;
        if (!iter->tags) return NULL;
        skip = __ffs(iter->tags);
        if ((flags & RADIX_TREE_ITER_CONTIG) && skip) {
            iter->next_index = 0;
            return NULL;
        }
        iter->tags >>= skip;
        iter->index = __radix_tree_iter_add(iter, skip + 1);
        return slot + skip + 1;
    }
    for (long left = radix_tree_chunk_size(iter); --left > 0;) {
        slot++;
        iter->index = __radix_tree_iter_add(iter, 1);
        if (likely(*slot)) return slot;
        if (flags & RADIX_TREE_ITER_CONTIG) {
            iter->next_index = 0;
            return NULL;
        }
    }
    return NULL;
}
#define radix_tree_for_each_slot(slot, root, iter, start)                                                 \
    for (slot = radix_tree_iter_init(iter, start); slot || (slot = radix_tree_next_chunk(root, iter, 0)); \
         slot = radix_tree_next_slot(slot, iter, 0))
#define radix_tree_for_each_tagged(slot, root, iter, start, tag)                             \
    for (slot = radix_tree_iter_init(iter, start);                                           \
         slot || (slot = radix_tree_next_chunk(root, iter, RADIX_TREE_ITER_TAGGED | (tag))); \
         slot = radix_tree_next_slot(slot, iter, RADIX_TREE_ITER_TAGGED | (tag)))
