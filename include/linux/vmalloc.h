/* SPDX-License-Identifier: MIT */
/*
 * Areas of virtually contiguous memory over scattered frames, in [VMALLOC_START, VMALLOC_END), a
 * guard gap of one page behind each.
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mm_types.h>
#include <linux/overflow.h>
#include <linux/pgtable.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/gfp.h>

#define VMALLOC_START (ashlar_memory()->vmalloc_start)
#define VMALLOC_END (ashlar_memory()->vmalloc_end)
#define VMALLOC_TOTAL (VMALLOC_END - VMALLOC_START)
#define VM_IOREMAP 0x00000001
#define VM_ALLOC 0x00000002
#define VM_MAP 0x00000004
#define VM_USERMAP 0x00000008
#define VM_DMA_COHERENT 0x00000010
#define VM_UNINITIALIZED 0x00000020
#define VM_NO_GUARD 0x00000040
#define VM_KASAN 0x00000080
#define VM_FLUSH_RESET_PERMS 0x00000100
#define VM_MAP_PUT_PAGES 0x00000200
#define VM_ALLOW_HUGE_VMAP 0x00000400
#define VM_SPARSE 0x00001000

struct vm_struct {
    struct vm_struct *next;
    void *addr;
    unsigned long size; /* with the guard gap */
    unsigned long flags;
    struct page **pages;
    unsigned int page_order;
    unsigned int nr_pages;
    phys_addr_t phys_addr;
    const void *caller;
};
struct vm_area_struct;

ASHLAR_BEGIN_C
void *vmalloc(unsigned long size) __alloc_size(1);
void *vzalloc(unsigned long size) __alloc_size(1);
void *vmalloc_user(unsigned long size) __alloc_size(1);
void *vmalloc_node(unsigned long size, int node) __alloc_size(1);
void *vzalloc_node(unsigned long size, int node) __alloc_size(1);
void *vmalloc_32(unsigned long size) __alloc_size(1);
void *vmalloc_32_user(unsigned long size) __alloc_size(1);
void *vmalloc_huge(unsigned long size, gfp_t flags) __alloc_size(1);
void *__vmalloc(unsigned long size, gfp_t flags) __alloc_size(1);
void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t flags, int node, const void *caller)
    __alloc_size(1);
void *__vmalloc_node_range(unsigned long size, unsigned long align, unsigned long start, unsigned long end, gfp_t flags,
                           pgprot_t prot, unsigned long vm_flags, int node, const void *caller) __alloc_size(1);
void vfree(const void *address);
void vfree_atomic(const void *address);
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
void vunmap(const void *address);
void *vm_map_ram(struct page **pages, unsigned int count, int node);
void vm_unmap_ram(const void *address, unsigned int count);
void vm_unmap_aliases(void);
int remap_vmalloc_range(struct vm_area_struct *vma, void *address, unsigned long pgoff);
int remap_vmalloc_range_partial(struct vm_area_struct *vma, unsigned long user, void *address, unsigned long pgoff,
                                unsigned long size);
struct vm_struct *get_vm_area(unsigned long size, unsigned long flags);
struct vm_struct *get_vm_area_caller(unsigned long size, unsigned long flags, const void *caller);
void free_vm_area(struct vm_struct *area);
struct vm_struct *find_vm_area(const void *address);
unsigned long vmalloc_nr_pages(void);
bool vmalloc_dump_obj(void *object);
size_t ashlar_vmallocinfo(char *to, size_t size);

bool is_vmalloc_addr(const void *address);
struct page *vmalloc_to_page(const void *address);
unsigned long vmalloc_to_pfn(const void *address);

/* Memory for code, within reach of calls from the library's own module range. */
void *module_alloc(unsigned long size);
void module_memfree(void *address);
int set_memory_ro(unsigned long address, int pages);
int set_memory_rw(unsigned long address, int pages);
int set_memory_x(unsigned long address, int pages);
int set_memory_nx(unsigned long address, int pages);
ASHLAR_END_C
static inline void *vmalloc_array(size_t n, size_t size)
{
    size_t bytes;
    return unlikely(__builtin_mul_overflow(n, size, &bytes)) ? NULL : vmalloc(bytes);
}
static inline void *vcalloc(size_t n, size_t size)
{
    size_t bytes;
    return unlikely(__builtin_mul_overflow(n, size, &bytes)) ? NULL : vzalloc(bytes);
}
static inline size_t get_vm_area_size(const struct vm_struct *area)
{
    return (area->flags & VM_NO_GUARD) ? area->size : area->size - PAGE_SIZE;
}
