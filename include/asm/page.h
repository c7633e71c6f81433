/* SPDX-License-Identifier: MIT */
/* Frames of 4 KiB, a linear map of all of physical memory at PAGE_OFFSET, chosen at start. */
#pragma once
#include <linux/kconfig.h>
#include <linux/const.h>
#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define HPAGE_SHIFT 21
#define HPAGE_SIZE (1UL << HPAGE_SHIFT)
#define HPAGE_MASK (~(HPAGE_SIZE - 1))
#define HUGETLB_PAGE_ORDER (HPAGE_SHIFT - PAGE_SHIFT)
#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PGDIR_SHIFT 39
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)

struct page;
struct ashlar_layout {
    unsigned long page_offset;
    struct page *memmap;
    unsigned long pages;
    unsigned long vmalloc_start, vmalloc_end;
};
ASHLAR_BEGIN_C
/* Filled when the machine starts; ashlar_memory() starts it. */
extern struct ashlar_layout ashlar_the_layout;
const struct ashlar_layout *ashlar_start_layout(void);
ASHLAR_END_C
static inline const struct ashlar_layout *ashlar_memory(void)
{
    return __builtin_expect(ashlar_the_layout.pages != 0, 1) ? &ashlar_the_layout : ashlar_start_layout();
}
#define PAGE_OFFSET (ashlar_memory()->page_offset)
#define max_pfn (ashlar_memory()->pages)
#define max_low_pfn max_pfn
#define max_mapnr max_pfn
#define ARCH_PFN_OFFSET 0UL
/* The end of the linear map. */
#define high_memory ((void *)(PAGE_OFFSET + (max_pfn << PAGE_SHIFT)))
#define mem_map (ashlar_memory()->memmap)
#define __pa(address) ((unsigned long)(address)-PAGE_OFFSET)
#define __va(physical) ((void *)((unsigned long)(physical) + PAGE_OFFSET))
#define __pa_symbol(address) __pa(address)
#define __pa_nodebug(address) __pa(address)
#define __phys_addr(address) __pa(address)
#define pfn_to_kaddr(pfn) __va((pfn) << PAGE_SHIFT)
static inline bool pfn_valid(unsigned long pfn) { return pfn < max_pfn; }
static inline bool virt_addr_valid_at(unsigned long address)
{
    const struct ashlar_layout *layout = ashlar_memory();
    return (address - layout->page_offset) >> PAGE_SHIFT < layout->pages;
}
#define virt_addr_valid(address) virt_addr_valid_at((unsigned long)(address))
#define page_to_pfn(page) ((unsigned long)((page)-mem_map))
#define pfn_to_page(pfn) (mem_map + (pfn))
#define virt_to_page(address) pfn_to_page(__pa(address) >> PAGE_SHIFT)
#define virt_to_pfn(address) (__pa(address) >> PAGE_SHIFT)
#define page_to_virt(page) __va(page_to_pfn(page) << PAGE_SHIFT)
#define page_to_phys(page) ((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define phys_to_page(physical) pfn_to_page((physical) >> PAGE_SHIFT)
#define PHYS_PFN(physical) ((unsigned long)((physical) >> PAGE_SHIFT))
#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_ALIGN(x) (((unsigned long)(x) + (PAGE_SIZE - 1)) & PAGE_MASK)
#define clear_page(page) __builtin_memset((page), 0, PAGE_SIZE)
#define copy_page(to, from) __builtin_memcpy((to), (from), PAGE_SIZE)
static inline phys_addr_t virt_to_phys(const volatile void *address) { return __pa(address); }
static inline void *phys_to_virt(phys_addr_t physical) { return __va(physical); }
static inline int get_order(unsigned long size)
{
    return size <= PAGE_SIZE ? 0 : BITS_PER_LONG - __builtin_clzl((size - 1) >> PAGE_SHIFT);
}
