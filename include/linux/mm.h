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
#include <linux/vmstat.h>

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
/* Gives page_type back. */
static inline void page_mapcount_reset(struct page *page) { page->page_type = 0; }
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
#define VM_EXEC 0x00000004
#define VM_MAYREAD 0x00000010
#define VM_MAYWRITE 0x00000020
#define VM_MAYEXEC 0x00000040
#define VM_MAYSHARE 0x00000080
#define VM_PFNMAP 0x00000400
#define VM_LOCKED 0x00002000
#define VM_IO 0x00004000
#define VM_DONTCOPY 0x00020000
#define VM_DONTEXPAND 0x00040000
#define VM_DONTDUMP 0x04000000
#define VM_MIXEDMAP 0x10000000
#define VM_FAULT_OOM 0x000001u
#define VM_FAULT_SIGBUS 0x000002u
#define VM_FAULT_MAJOR 0x000004u
#define VM_FAULT_SIGSEGV 0x000040u
#define VM_FAULT_NOPAGE 0x000100u
#define VM_FAULT_LOCKED 0x000200u
#define VM_FAULT_RETRY 0x000400u
#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)
#define FAULT_FLAG_WRITE 0x01
#define FAULT_FLAG_USER 0x40
#define FOLL_WRITE 0x01
#define FOLL_GET 0x04
#define FOLL_FORCE 0x10
#define FOLL_LONGTERM 0x10000
/*
 * Device memory in a program: ashlar_device_mmap() calls a driver's mmap(), which maps frames by the
 * functions below or leaves them to fault(), which is asked at once for every page that is not there
 * then. A page that vm_insert_page() or fault() gave is the mapping's until ashlar_device_munmap().
 */
struct vm_fault {
    struct vm_area_struct *vma;
    gfp_t gfp_mask;
    pgoff_t pgoff;
    unsigned long address, real_address;
    unsigned int flags;
    struct page *page;
};
struct vm_operations_struct {
    void (*open)(struct vm_area_struct *vma);
    void (*close)(struct vm_area_struct *vma);
    int (*may_split)(struct vm_area_struct *vma, unsigned long address);
    int (*mremap)(struct vm_area_struct *vma);
    vm_fault_t (*fault)(struct vm_fault *vmf);
    vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
    vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
    int (*access)(struct vm_area_struct *vma, unsigned long address, void *buffer, int length, int write);
    const char *(*name)(struct vm_area_struct *vma);
};
ASHLAR_BEGIN_C
int remap_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long pfn, unsigned long size,
                    pgprot_t protection);
int vm_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page);
int vm_insert_pages(struct vm_area_struct *vma, unsigned long address, struct page **pages, unsigned long *count);
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long count);
int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages, unsigned long count);
int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long length);
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long pfn);
/* The machine's memory at an address, with references; -EFAULT for the program's own memory, which no
 * frame of the machine is behind. Answers how many pages it got. */
int get_user_pages_fast(unsigned long start, int count, unsigned int flags, struct page **pages);
ASHLAR_END_C
#define pin_user_pages_fast(start, count, flags, pages) get_user_pages_fast(start, count, flags, pages)
static inline void unpin_user_page(struct page *page) { put_page(page); }
static inline void unpin_user_pages(struct page **pages, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) put_page(pages[i]);
}
#define io_remap_pfn_range(vma, address, pfn, size, protection) remap_pfn_range(vma, address, pfn, size, protection)
static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
    return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags) { vma->vm_flags |= flags; }
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags) { vma->vm_flags &= ~flags; }
static inline vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page)
{
    int error = vm_insert_page(vma, address, page);
    return error == -ENOMEM ? VM_FAULT_OOM : error && error != -EBUSY ? VM_FAULT_SIGBUS : VM_FAULT_NOPAGE;
}
static inline vm_fault_t vmf_error(int error) { return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS; }
#define mmap_read_lock(mm) down_read(&(mm)->mmap_lock)
#define mmap_read_unlock(mm) up_read(&(mm)->mmap_lock)
#define mmap_write_lock(mm) down_write(&(mm)->mmap_lock)
#define mmap_write_unlock(mm) up_write(&(mm)->mmap_lock)
#define debug_pagealloc_enabled() false
#define debug_pagealloc_enabled_static() false
#define kernel_map_pages(page, n, enable) ((void)0)
