/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/mm_types.h>

enum pageflags {
    PG_locked,
    PG_referenced,
    PG_uptodate,
    PG_dirty,
    PG_lru,
    PG_active,
    PG_error,
    PG_owner_priv_1,
    PG_arch_1,
    PG_reserved,
    PG_private,
    PG_private_2,
    PG_writeback,
    PG_head,
    PG_reclaim,
    PG_swapbacked,
    PG_unevictable,
    PG_checked = PG_owner_priv_1,
    ASHLAR_PG_PFMEMALLOC = 31 /* came from the reserves; beyond is page_type */
};
#define ASHLAR_PAGE_FLAG(Name, bit)                                                                        \
    static inline int Page##Name(const struct page *page) { return test_bit(bit, &page->flags); }          \
    static inline void SetPage##Name(struct page *page) { set_bit(bit, &page->flags); }                    \
    static inline void ClearPage##Name(struct page *page) { clear_bit(bit, &page->flags); }                \
    static inline void __SetPage##Name(struct page *page) { __set_bit(bit, &page->flags); }                \
    static inline void __ClearPage##Name(struct page *page) { __clear_bit(bit, &page->flags); }            \
    static inline int TestSetPage##Name(struct page *page) { return test_and_set_bit(bit, &page->flags); } \
    static inline int TestClearPage##Name(struct page *page) { return test_and_clear_bit(bit, &page->flags); }
ASHLAR_PAGE_FLAG(Locked, PG_locked)
ASHLAR_PAGE_FLAG(Referenced, PG_referenced)
ASHLAR_PAGE_FLAG(Uptodate, PG_uptodate)
ASHLAR_PAGE_FLAG(Dirty, PG_dirty)
ASHLAR_PAGE_FLAG(LRU, PG_lru)
ASHLAR_PAGE_FLAG(Active, PG_active)
ASHLAR_PAGE_FLAG(Error, PG_error)
ASHLAR_PAGE_FLAG(Checked, PG_checked)
ASHLAR_PAGE_FLAG(Reserved, PG_reserved)
ASHLAR_PAGE_FLAG(Private, PG_private)
ASHLAR_PAGE_FLAG(Private2, PG_private_2)
ASHLAR_PAGE_FLAG(Writeback, PG_writeback)
ASHLAR_PAGE_FLAG(Head, PG_head)
ASHLAR_PAGE_FLAG(Reclaim, PG_reclaim)
ASHLAR_PAGE_FLAG(SwapBacked, PG_swapbacked)
#undef ASHLAR_PAGE_FLAG
ASHLAR_BEGIN_C
int PageSlab(const struct page *page);
int PageBuddy(const struct page *page);
int PageCompound(const struct page *page);
int PageTail(const struct page *page);
struct page *compound_head(const struct page *page);
unsigned int compound_order(struct page *page);
ASHLAR_END_C
#define PageHighMem(page) ((void)(page), 0)
#define PageAnon(page) ((void)(page), 0)
#define PageHuge(page) ((void)(page), 0)
#define page_folio(page) ((struct folio *)compound_head(page))
#define folio_page(folio, n) (&(folio)->page + (n))
#define folio_order(folio) compound_order(&(folio)->page)
#define folio_nr_pages(folio) (1L << folio_order(folio))
