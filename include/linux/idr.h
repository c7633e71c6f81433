/* SPDX-License-Identifier: MIT */
/* Small numbers for objects (IDR) or for themselves (IDA), as lib/idr.c implements them. */
#pragma once
#include <linux/kconfig.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/radix-tree.h>

struct idr {
    struct radix_tree_root idr_rt;
    unsigned int idr_base;
    unsigned int idr_next;
};
/* The tag of nodes with a free slot below. */
#define IDR_FREE 0
#define IDR_RT_MARKER (ROOT_IS_IDR | (gfp_t)(1U << (ROOT_TAG_SHIFT + IDR_FREE)))
#define IDR_INIT_BASE(name, base)                       \
    {                                                   \
        RADIX_TREE_INIT(name, IDR_RT_MARKER), (base), 0 \
    }
#define IDR_INIT(name) IDR_INIT_BASE(name, 0)
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)
static inline unsigned int idr_get_cursor(const struct idr *idr) { return READ_ONCE(idr->idr_next); }
static inline void idr_set_cursor(struct idr *idr, unsigned int next) { WRITE_ONCE(idr->idr_next, next); }
#define idr_lock(idr) xa_lock(&(idr)->idr_rt)
#define idr_unlock(idr) xa_unlock(&(idr)->idr_rt)
#define idr_lock_irq(idr) xa_lock_irq(&(idr)->idr_rt)
#define idr_unlock_irq(idr) xa_unlock_irq(&(idr)->idr_rt)
#define idr_lock_irqsave(idr, flags) xa_lock_irqsave(&(idr)->idr_rt, flags)
#define idr_unlock_irqrestore(idr, flags) xa_unlock_irqrestore(&(idr)->idr_rt, flags)

ASHLAR_BEGIN_C
void idr_preload(gfp_t flags);
int idr_alloc(struct idr *idr, void *entry, int start, int end, gfp_t flags);
int __must_check idr_alloc_u32(struct idr *idr, void *entry, u32 *id, unsigned long max, gfp_t flags);
int idr_alloc_cyclic(struct idr *idr, void *entry, int start, int end, gfp_t flags);
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_find(const struct idr *idr, unsigned long id);
int idr_for_each(const struct idr *idr, int (*function)(int id, void *entry, void *data), void *data);
void *idr_get_next(struct idr *idr, int *id);
void *idr_get_next_ul(struct idr *idr, unsigned long *id);
void *idr_replace(struct idr *idr, void *entry, unsigned long id);
void idr_destroy(struct idr *idr);
ASHLAR_END_C
static inline void idr_init_base(struct idr *idr, int base)
{
    INIT_RADIX_TREE(&idr->idr_rt, IDR_RT_MARKER);
    idr->idr_base = (unsigned int)base;
    idr->idr_next = 0;
}
static inline void idr_init(struct idr *idr) { idr_init_base(idr, 0); }
static inline bool idr_is_empty(const struct idr *idr)
{
    return radix_tree_empty(&idr->idr_rt) && radix_tree_tagged(&idr->idr_rt, IDR_FREE);
}
#ifndef __cplusplus
static inline void idr_preload_end(void) { local_unlock(&radix_tree_preloads.lock); }
#endif
#define idr_for_each_entry(idr, entry, id) for (id = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; id += 1U)
#define idr_for_each_entry_ul(idr, entry, scratch, id)                                              \
    for (scratch = 0, id = 0;                                                                       \
         scratch <= id ? ((entry) = idr_get_next_ul(idr, &(id))) != NULL : ((entry) = NULL, false); \
         scratch = id, ++id)
#define idr_for_each_entry_continue(idr, entry, id) \
    for ((entry) = idr_get_next((idr), &(id)); entry; ++id, (entry) = idr_get_next((idr), &(id)))

/* 128 bytes: a chunk of identifiers, one bit each. */
#define IDA_CHUNK_SIZE 128
#define IDA_BITMAP_LONGS (IDA_CHUNK_SIZE / sizeof(long))
#define IDA_BITMAP_BITS (IDA_BITMAP_LONGS * sizeof(long) * 8)
struct ida_bitmap {
    unsigned long bitmap[IDA_BITMAP_LONGS];
};
struct ida {
    struct xarray xa;
};
#define IDA_INIT_FLAGS (XA_FLAGS_LOCK_IRQ | XA_FLAGS_ALLOC)
#define IDA_INIT(name)                    \
    {                                     \
        XARRAY_INIT(name, IDA_INIT_FLAGS) \
    }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)
ASHLAR_BEGIN_C
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t flags);
void ida_free(struct ida *ida, unsigned int id);
void ida_destroy(struct ida *ida);
ASHLAR_END_C
static inline int ida_alloc(struct ida *ida, gfp_t flags) { return ida_alloc_range(ida, 0, ~0U, flags); }
static inline int ida_alloc_min(struct ida *ida, unsigned int min, gfp_t flags)
{
    return ida_alloc_range(ida, min, ~0U, flags);
}
static inline int ida_alloc_max(struct ida *ida, unsigned int max, gfp_t flags)
{
    return ida_alloc_range(ida, 0, max, flags);
}
static inline void ida_init(struct ida *ida) { xa_init_flags(&ida->xa, IDA_INIT_FLAGS); }
static inline bool ida_is_empty(const struct ida *ida) { return xa_empty(&ida->xa); }
#define ida_simple_get(ida, start, end, flags) ida_alloc_range(ida, start, (end)-1, flags)
#define ida_simple_remove(ida, id) ida_free(ida, id)
