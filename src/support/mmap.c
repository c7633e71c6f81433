// Device memory in the program's own addresses. A mapping has a frame behind each of
// its pages that the driver gave one to: by remap_pfn_range(), which takes no
// reference, or by vm_insert_page() and fault(), whose reference the mapping keeps.

#include <ashlar/device.h>
#include <ashlar/kernel_port.h>

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct mapping {
    struct list_head list;
    struct vm_area_struct area; /* what the driver sees */
    struct page **pages;        /* one a page: what the mapping holds */
    unsigned long *present;     /* a bit a page */
};
static DEFINE_MUTEX(lock);
static LIST_HEAD(mappings);
struct mm_struct init_mm = {
    .mmap_lock = __RWSEM_INITIALIZER(init_mm.mmap_lock), .mm_users = ATOMIC_INIT(2), .mm_count = ATOMIC_INIT(1)};

static struct mapping *mapping_of(struct vm_area_struct *vma) { return container_of(vma, struct mapping, area); }

static bool within(const struct vm_area_struct *vma, unsigned long address, unsigned long size)
{
    return !offset_in_page(address) && address >= vma->vm_start && address <= vma->vm_end &&
           size <= vma->vm_end - address;
}

/* One run of frames where no page is yet. */
static int enter(struct vm_area_struct *vma, unsigned long address, unsigned long pfn, unsigned long count)
{
    struct mapping *mapping = mapping_of(vma);
    unsigned long first = (address - vma->vm_start) >> PAGE_SHIFT;
    int error;

    if (!count || find_next_bit(mapping->present, first + count, first) < first + count) return count ? -EBUSY : 0;
    error = ashlar_port_map(address, pfn, count, vma->vm_flags & VM_WRITE ? ASHLAR_MAP_WRITE : 0);
    if (!error) bitmap_set(mapping->present, (unsigned)first, (unsigned)count);
    return error;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long pfn, unsigned long size,
                    pgprot_t protection)
{
    (void)protection; /* that of the mapping */
    size = PAGE_ALIGN(size);
    if (WARN_ON(offset_in_page(address)) || !within(vma, address, size)) return -EINVAL;
    if (!pfn_valid(pfn) || !pfn_valid(pfn + (size >> PAGE_SHIFT) - 1)) return -EINVAL;
    vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
    return enter(vma, address, pfn, size >> PAGE_SHIFT);
}

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long pfn)
{
    int error = within(vma, address, PAGE_SIZE) && pfn_valid(pfn) ? enter(vma, address, pfn, 1) : -EFAULT;

    return error == -ENOMEM ? VM_FAULT_OOM : error && error != -EBUSY ? VM_FAULT_SIGBUS : VM_FAULT_NOPAGE;
}

int vm_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page)
{
    int error;

    if (!within(vma, address, PAGE_SIZE)) return -EFAULT;
    if (!page_count(page) || PageSlab(page)) return -EINVAL;
    error = enter(vma, address, page_to_pfn(page), 1);
    if (error) return error;
    get_page(page);
    mapping_of(vma)->pages[(address - vma->vm_start) >> PAGE_SHIFT] = page;
    vma->vm_flags |= VM_MIXEDMAP;
    return 0;
}

/* Afterwards `count` is what was left undone. */
int vm_insert_pages(struct vm_area_struct *vma, unsigned long address, struct page **pages, unsigned long *count)
{
    for (; *count; --*count, address += PAGE_SIZE, pages++) {
        int error = vm_insert_page(vma, address, *pages);
        if (error) return error;
    }
    return 0;
}

static int map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long count, unsigned long offset)
{
    unsigned long wanted = vma_pages(vma);

    if (offset >= count || wanted > count - offset) return -ENXIO;
    for (unsigned long i = 0; i < wanted; i++) {
        int error = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE, pages[offset + i]);
        if (error) return error;
    }
    return 0;
}
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long count)
{
    return map_pages(vma, pages, count, vma->vm_pgoff);
}
int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages, unsigned long count)
{
    return map_pages(vma, pages, count, 0);
}

int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long length)
{
    unsigned long pages = (length + offset_in_page(start) + PAGE_SIZE - 1) >> PAGE_SHIFT;

    if (start + length < start || vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff) return -EINVAL;
    return remap_pfn_range(vma, vma->vm_start, (start >> PAGE_SHIFT) + vma->vm_pgoff, vma->vm_end - vma->vm_start,
                           vma->vm_page_prot);
}

int remap_vmalloc_range_partial(struct vm_area_struct *vma, unsigned long user, void *area, unsigned long page_offset,
                                unsigned long size)
{
    const struct vm_struct *found = find_vm_area(area);
    unsigned long first, end;

    size = PAGE_ALIGN(size);
    if (offset_in_page(user) || offset_in_page(area) || !found || !(found->flags & (VM_USERMAP | VM_DMA_COHERENT)))
        return -EINVAL;
    first = (unsigned long)((char *)area - (char *)found->addr) >> PAGE_SHIFT;
    if (check_add_overflow(first, page_offset, &first) || check_add_overflow(first, size >> PAGE_SHIFT, &end) ||
        end > found->nr_pages)
        return -EINVAL;
    area = (char *)found->addr + (first << PAGE_SHIFT);
    for (unsigned long at = 0; at < size; at += PAGE_SIZE) {
        int error = vm_insert_page(vma, user + at, vmalloc_to_page((char *)area + at));
        if (error) return error;
    }
    vma->vm_flags |= VM_DONTEXPAND | VM_DONTDUMP;
    return 0;
}

int remap_vmalloc_range(struct vm_area_struct *vma, void *area, unsigned long page_offset)
{
    return remap_vmalloc_range_partial(vma, vma->vm_start, area, page_offset, vma->vm_end - vma->vm_start);
}

int get_user_pages_fast(unsigned long start, int count, unsigned int flags, struct page **pages)
{
    int got;

    (void)flags;
    for (got = 0; got < count; got++) {
        const char *address = (const char *)(start & PAGE_MASK) + got * PAGE_SIZE;
        struct page *page = virt_addr_valid(address)   ? virt_to_page(address)
                            : is_vmalloc_addr(address) ? vmalloc_to_page(address)
                                                       : NULL;
        if (!page || !get_page_unless_zero(compound_head(page))) break;
        pages[got] = page;
    }
    return got ? got : -EFAULT;
}

/* ---- the program's side ---------------------------------------------------------------------- */

static void let_go(struct mapping *mapping)
{
    struct vm_area_struct *vma = &mapping->area;
    unsigned long pages = vma_pages(vma);

    for (unsigned long i = find_first_bit(mapping->present, pages); i < pages;
         i = find_next_bit(mapping->present, pages, i + 1))
        ashlar_port_unmap(vma->vm_start + i * PAGE_SIZE, PAGE_SIZE);
    ashlar_port_flush(vma->vm_start, vma->vm_end - vma->vm_start);
    for (unsigned long i = 0; i < pages; i++)
        if (mapping->pages[i]) put_page(mapping->pages[i]);
    if (vma->vm_file) fput(vma->vm_file);
    kvfree(mapping->pages);
    kvfree(mapping->present);
    kfree(mapping);
}

/* A page that the driver has none for stays away: who touches it gets the host's signal. */
static int fault_in(struct vm_area_struct *vma)
{
    struct mapping *mapping = mapping_of(vma);

    for (unsigned long i = 0; i < vma_pages(vma); i++) {
        struct vm_fault fault = {.vma = vma,
                                 .gfp_mask = GFP_KERNEL,
                                 .pgoff = vma->vm_pgoff + i,
                                 .address = vma->vm_start + i * PAGE_SIZE,
                                 .flags = FAULT_FLAG_WRITE | FAULT_FLAG_USER};
        vm_fault_t answer;
        int error;

        if (test_bit((long)i, mapping->present)) continue;
        fault.real_address = fault.address;
        answer = vma->vm_ops->fault(&fault);
        if (answer & VM_FAULT_MAJOR)
            current->maj_flt++;
        else if (!(answer & VM_FAULT_ERROR))
            current->min_flt++;
        if (answer & VM_FAULT_OOM) return -ENOMEM;
        if ((answer & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)) || !fault.page) continue;
        mapping->pages[i] = fault.page;
        error = enter(vma, fault.address, page_to_pfn(fault.page), 1);
        if (error) return error;
    }
    return 0;
}

int ashlar_device_mmap(struct file *file, void *address, size_t size, size_t offset)
{
    struct mapping *mapping;
    int error;

    if (!size || offset_in_page(address) || offset_in_page(size) || offset_in_page(offset)) return -EINVAL;
    if (!file->f_op->mmap) return -ENODEV;
    if (!(file->f_mode & FMODE_READ)) return -EACCES;
    mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
    if (!mapping) return -ENOMEM;
    mapping->area = (struct vm_area_struct){
        .vm_start = (unsigned long)address,
        .vm_end = (unsigned long)address + size,
        .vm_mm = &init_mm,
        .vm_pgoff = offset >> PAGE_SHIFT,
        .vm_flags = VM_READ | VM_SHARED | VM_MAYREAD | VM_MAYSHARE,
        .vm_page_prot = PAGE_SHARED,
        .vm_file = get_file(file),
    };
    if (file->f_mode & FMODE_WRITE) mapping->area.vm_flags |= VM_WRITE | VM_MAYWRITE;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): it is an array of pointers
    mapping->pages = kvcalloc(size >> PAGE_SHIFT, sizeof(*mapping->pages), GFP_KERNEL);
    mapping->present = kvcalloc(BITS_TO_LONGS(size >> PAGE_SHIFT), sizeof(long), GFP_KERNEL);
    error = mapping->pages && mapping->present ? 0 : -ENOMEM;
    if (!error) error = call_mmap(file, &mapping->area);
    if (!error && mapping->area.vm_ops && mapping->area.vm_ops->fault) {
        error = fault_in(&mapping->area);
        if (error && mapping->area.vm_ops->close) mapping->area.vm_ops->close(&mapping->area);
    }
    if (error) {
        let_go(mapping);
        return error;
    }
    mutex_lock(&lock);
    list_add(&mapping->list, &mappings);
    mutex_unlock(&lock);
    return 0;
}

int ashlar_device_munmap(void *address, size_t size)
{
    struct mapping *mapping, *found = NULL;

    mutex_lock(&lock);
    list_for_each_entry(mapping, &mappings, list)
    {
        if (mapping->area.vm_start != (unsigned long)address || mapping->area.vm_end - mapping->area.vm_start != size)
            continue;
        found = mapping;
        break;
    }
    if (found) list_del(&found->list);
    mutex_unlock(&lock);
    if (!found) return -EINVAL;
    if (found->area.vm_ops && found->area.vm_ops->close) found->area.vm_ops->close(&found->area);
    let_go(found);
    return 0;
}
