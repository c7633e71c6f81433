/* SPDX-License-Identifier: MIT */
/*
 * Lists of pieces of memory: arrays that may be chained. The two lowest bits of page_link say "this
 * entry is a link to the next array" and "this is the last entry".
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/io.h>
#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>
struct scatterlist {
    unsigned long page_link;
    unsigned int offset;
    unsigned int length;
    dma_addr_t dma_address;
};
struct sg_table {
    struct scatterlist *sgl;
    unsigned int nents, orig_nents;
};
struct sg_append_table {
    struct sg_table sgt;
    struct scatterlist *prv;
    unsigned int total_nents;
};
#define SG_CHAIN 0x01UL
#define SG_END 0x02UL
#define SG_PAGE_LINK_MASK (SG_CHAIN | SG_END)
#define SG_MAX_SINGLE_ALLOC (PAGE_SIZE / sizeof(struct scatterlist))
#define SG_CHUNK_SIZE 128
#define SG_MAX_SEGMENTS 2048
#define sg_dma_address(sg) ((sg)->dma_address)
#define sg_dma_len(sg) ((sg)->length)
static inline unsigned int __sg_flags(struct scatterlist *sg)
{
    return (unsigned int)(sg->page_link & SG_PAGE_LINK_MASK);
}
static inline struct scatterlist *sg_chain_ptr(struct scatterlist *sg)
{
    return (struct scatterlist *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}
static inline bool sg_is_chain(struct scatterlist *sg) { return (sg->page_link & SG_CHAIN) != 0; }
static inline bool sg_is_last(struct scatterlist *sg) { return (sg->page_link & SG_END) != 0; }
static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
    BUG_ON((unsigned long)page & SG_PAGE_LINK_MASK);
    sg->page_link = (sg->page_link & SG_END) | (unsigned long)page;
}
static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int length, unsigned int offset)
{
    sg_assign_page(sg, page);
    sg->offset = offset;
    sg->length = length;
}
static inline struct page *sg_page(struct scatterlist *sg)
{
    return (struct page *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}
static inline void sg_set_buf(struct scatterlist *sg, const void *buffer, unsigned int length)
{
    sg_set_page(sg, virt_to_page(buffer), length, (unsigned int)offset_in_page(buffer));
}
static inline void __sg_chain(struct scatterlist *entry, struct scatterlist *next)
{
    entry->offset = 0;
    entry->length = 0;
    entry->page_link = ((unsigned long)next | SG_CHAIN) & ~SG_END;
}
static inline void sg_chain(struct scatterlist *sg, unsigned int entries, struct scatterlist *next)
{
    __sg_chain(&sg[entries - 1], next);
}
static inline void sg_mark_end(struct scatterlist *sg) { sg->page_link = (sg->page_link | SG_END) & ~SG_CHAIN; }
static inline void sg_unmark_end(struct scatterlist *sg) { sg->page_link &= ~SG_END; }
static inline void sg_init_marker(struct scatterlist *sg, unsigned int entries) { sg_mark_end(&sg[entries - 1]); }
static inline dma_addr_t sg_phys(struct scatterlist *sg) { return page_to_phys(sg_page(sg)) + sg->offset; }
static inline void *sg_virt(struct scatterlist *sg) { return (char *)page_address(sg_page(sg)) + sg->offset; }
ASHLAR_BEGIN_C
struct scatterlist *sg_next(struct scatterlist *sg);
struct scatterlist *sg_last(struct scatterlist *sg, unsigned int entries);
int sg_nents(struct scatterlist *sg);
int sg_nents_for_len(struct scatterlist *sg, u64 length);
void sg_init_table(struct scatterlist *sg, unsigned int entries);
void sg_init_one(struct scatterlist *sg, const void *buffer, unsigned int length);
int sg_split(struct scatterlist *in, const int mapped, const off_t skip, const int parts, const size_t *sizes,
             struct scatterlist **out, int *out_mapped, gfp_t flags);
typedef struct scatterlist *(sg_alloc_fn)(unsigned int entries, gfp_t flags);
typedef void(sg_free_fn)(struct scatterlist *sg, unsigned int entries);
void __sg_free_table(struct sg_table *table, unsigned int most, unsigned int first, sg_free_fn *free_fn,
                     unsigned int entries);
void sg_free_table(struct sg_table *table);
void sg_free_append_table(struct sg_append_table *table);
int __sg_alloc_table(struct sg_table *table, unsigned int entries, unsigned int most, struct scatterlist *first,
                     unsigned int first_entries, gfp_t flags, sg_alloc_fn *alloc_fn);
int sg_alloc_table(struct sg_table *table, unsigned int entries, gfp_t flags);
int sg_alloc_append_table_from_pages(struct sg_append_table *table, struct page **pages, unsigned int count,
                                     unsigned int offset, unsigned long size, unsigned int max_segment,
                                     unsigned int left, gfp_t flags);
int sg_alloc_table_from_pages_segment(struct sg_table *table, struct page **pages, unsigned int count,
                                      unsigned int offset, unsigned long size, unsigned int max_segment, gfp_t flags);
struct scatterlist *sgl_alloc_order(unsigned long long length, unsigned int order, bool chainable, gfp_t flags,
                                    unsigned int *entries);
struct scatterlist *sgl_alloc(unsigned long long length, gfp_t flags, unsigned int *entries);
void sgl_free_n_order(struct scatterlist *sgl, int entries, int order);
void sgl_free_order(struct scatterlist *sgl, int order);
void sgl_free(struct scatterlist *sgl);
size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int entries, void *buffer, size_t length, off_t skip,
                      bool to_buffer);
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int entries, const void *buffer, size_t length);
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int entries, void *buffer, size_t length);
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int entries, const void *buffer, size_t length,
                            off_t skip);
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int entries, void *buffer, size_t length, off_t skip);
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int entries, size_t length, off_t skip);
void sg_free_table_chained(struct sg_table *table, unsigned first);
int sg_alloc_table_chained(struct sg_table *table, int entries, struct scatterlist *first, unsigned first_entries);
ASHLAR_END_C
static inline int sg_alloc_table_from_pages(struct sg_table *table, struct page **pages, unsigned int count,
                                            unsigned int offset, unsigned long size, gfp_t flags)
{
    return sg_alloc_table_from_pages_segment(table, pages, count, offset, size, UINT_MAX, flags);
}
#define for_each_sg(list, sg, entries, i) for ((i) = 0, (sg) = (list); (i) < (entries); (i)++, (sg) = sg_next(sg))
#define for_each_sgtable_sg(table, sg, i) for_each_sg((table)->sgl, sg, (table)->orig_nents, i)
#define for_each_sgtable_dma_sg(table, sg, i) for_each_sg((table)->sgl, sg, (table)->nents, i)

/* Page by page. */
struct sg_page_iter {
    struct scatterlist *sg;
    unsigned int sg_pgoffset;
    unsigned int __nents;
    int __pg_advance;
};
struct sg_dma_page_iter {
    struct sg_page_iter base;
};
ASHLAR_BEGIN_C
bool __sg_page_iter_next(struct sg_page_iter *iter);
bool __sg_page_iter_dma_next(struct sg_dma_page_iter *iter);
void __sg_page_iter_start(struct sg_page_iter *iter, struct scatterlist *sgl, unsigned int entries,
                          unsigned long offset);
ASHLAR_END_C
static inline struct page *sg_page_iter_page(struct sg_page_iter *iter)
{
    return nth_page(sg_page(iter->sg), iter->sg_pgoffset);
}
static inline dma_addr_t sg_page_iter_dma_address(struct sg_dma_page_iter *iter)
{
    return sg_dma_address(iter->base.sg) + ((dma_addr_t)iter->base.sg_pgoffset << PAGE_SHIFT);
}
#define for_each_sg_page(list, iter, entries, offset) \
    for (__sg_page_iter_start((iter), (list), (entries), (offset)); __sg_page_iter_next(iter);)
#define for_each_sg_dma_page(list, iter, entries, offset) \
    for (__sg_page_iter_start(&(iter)->base, list, entries, offset); __sg_page_iter_dma_next(iter);)
#define for_each_sgtable_page(table, iter, offset) for_each_sg_page((table)->sgl, iter, (table)->orig_nents, offset)
#define for_each_sgtable_dma_page(table, iter, offset) for_each_sg_dma_page((table)->sgl, iter, (table)->nents, offset)

/* Piece by piece, mapped. */
#define SG_MITER_ATOMIC (1 << 0)
#define SG_MITER_TO_SG (1 << 1)
#define SG_MITER_FROM_SG (1 << 2)
struct sg_mapping_iter {
    struct page *page;
    void *addr;
    size_t length, consumed;
    struct sg_page_iter piter;
    unsigned int __offset, __remaining, __flags;
};
ASHLAR_BEGIN_C
void sg_miter_start(struct sg_mapping_iter *iter, struct scatterlist *sgl, unsigned int entries, unsigned int flags);
bool sg_miter_skip(struct sg_mapping_iter *iter, off_t offset);
bool sg_miter_next(struct sg_mapping_iter *iter);
void sg_miter_stop(struct sg_mapping_iter *iter);
ASHLAR_END_C
