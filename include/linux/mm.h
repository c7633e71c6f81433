/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmdebug.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/page-flags.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/sysinfo.h>

#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(address) ALIGN_DOWN(address, PAGE_SIZE)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)
#define offset_in_page(pointer) ((unsigned long)(pointer) & ~PAGE_MASK)
#define nth_page(page, n) ((page) + (n))
#define thp_nr_pages(page) 1
#define lru_to_page(head) list_entry((head)->prev, struct page, lru)

ASHLAR_BEGIN_C
/* The last put of a block gives it back. */
void put_page(struct page *page);
/* put_page for each; frames in the order of their addresses go back in runs. */
void release_pages(struct page **pages, int count);
struct page *vmalloc_to_page(const void *address);
unsigned long vmalloc_to_pfn(const void *address);
bool is_vmalloc_addr(const void *address);
bool is_vmalloc_or_module_addr(const void *address);
/* init_on_alloc and init_on_free of the machine's settings. */
bool want_init_on_alloc(gfp_t flags);
bool want_init_on_free(void);
void si_meminfo(struct sysinfo *info);
unsigned long si_mem_available(void);
bool page_is_pfmemalloc(const struct page *page);
void ashlar_page_bad_get(struct page *page);
/* Of a kernel thread, which has no command line: 0. */
int get_cmdline(struct task_struct *task, char *to, int length);
/* Zones and their free blocks, to the log. */
void show_mem(unsigned int flags, nodemask_t *mask);
ASHLAR_END_C
static inline int page_ref_count(const struct page *page) { return atomic_read(&page->_refcount); }
static inline int page_count(const struct page *page) { return page_ref_count(compound_head(page)); }
static inline int folio_ref_count(const struct folio *folio) { return page_ref_count(&folio->page); }
static inline void set_page_count(struct page *page, int count) { atomic_set(&page->_refcount, count); }
static inline void init_page_count(struct page *page) { set_page_count(page, 1); }
static inline void page_ref_add(struct page *page, int n) { atomic_add(n, &page->_refcount); }
static inline void page_ref_inc(struct page *page) { atomic_inc(&page->_refcount); }
static inline int put_page_testzero(struct page *page) { return atomic_dec_and_test(&page->_refcount); }
static inline void get_page(struct page *page)
{
    page = compound_head(page);
    if (unlikely(atomic_fetch_add_relaxed(1, &page->_refcount) <= 0)) ashlar_page_bad_get(page);
}
static inline bool get_page_unless_zero(struct page *page) { return atomic_inc_not_zero(&page->_refcount); }
static inline bool __must_check try_get_page(struct page *page)
{
    get_page(page);
    return true;
}
static inline void folio_get(struct folio *folio) { get_page(&folio->page); }
static inline void folio_put(struct folio *folio) { put_page(&folio->page); }
static inline int page_mapcount(struct page *page)
{
    (void)page;
    return 0;
}
static inline struct page *virt_to_head_page(const void *address) { return compound_head(virt_to_page(address)); }
static inline unsigned long compound_nr(struct page *page) { return 1UL << compound_order(page); }
static inline unsigned long page_size(struct page *page) { return PAGE_SIZE << compound_order(page); }
static inline unsigned int page_shift(struct page *page) { return PAGE_SHIFT + compound_order(page); }
static inline unsigned int thp_order(struct page *page) { return compound_order(page); }
static inline void set_page_private(struct page *page, unsigned long value) { page->ASHLAR_PRIVATE_FIELD = value; }
#define page_private(page) ((page)->ASHLAR_PRIVATE_FIELD)
#define page_address(page) page_to_virt(page)
#define lowmem_page_address(page) page_to_virt(page)
#define folio_address(folio) page_address(&(folio)->page)

#define VM_READ 0x00000001
#define VM_WRITE 0x00000002
#define VM_SHARED 0x00000008
#define VM_IO 0x00004000
#define VM_DONTEXPAND 0x00040000
#define VM_DONTDUMP 0x04000000
#define mmap_read_lock(mm) down_read(&(mm)->mmap_lock)
#define mmap_read_unlock(mm) up_read(&(mm)->mmap_lock)
#define mmap_write_lock(mm) down_write(&(mm)->mmap_lock)
#define mmap_write_unlock(mm) up_write(&(mm)->mmap_lock)
#define debug_pagealloc_enabled() false
#define debug_pagealloc_enabled_static() false
#define kernel_map_pages(page, n, enable) ((void)0)
