/* SPDX-License-Identifier: MIT */
/* All memory is in the linear map, so mapping a page is finding its address. */
#pragma once
#include <linux/kconfig.h>
#include <linux/cacheflush.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static inline void *kmap(struct page *page)
{
    might_sleep();
    return page_address(page);
}
static inline void kunmap(struct page *page) { (void)page; }
static inline void *kmap_local_page(struct page *page) { return page_address(page); }
static inline void *kmap_local_folio(struct folio *folio, size_t offset)
{
    return (char *)page_address(&folio->page) + offset;
}
#define kunmap_local(address) ((void)(address))
static inline void *kmap_atomic(struct page *page)
{
    preempt_disable();
    return page_address(page);
}
#define kunmap_atomic(address) ((void)(address), preempt_enable())
static inline void clear_highpage(struct page *page) { clear_page(page_address(page)); }
static inline void copy_highpage(struct page *to, struct page *from)
{
    copy_page(page_address(to), page_address(from));
}
static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t count)
{
    memcpy(to, (char *)page_address(page) + offset, count);
}
static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t count)
{
    memcpy((char *)page_address(page) + offset, from, count);
}
static inline void memset_page(struct page *page, size_t offset, int value, size_t count)
{
    memset((char *)page_address(page) + offset, value, count);
}
static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
    memset_page(page, start, 0, size);
}
