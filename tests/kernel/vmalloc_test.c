/* vmalloc and vmap: mapping, gaps that fault, page lookup, many areas at once, interrupts. */
#include "faults.h"

#include "check.h"

#include <ashlar/machine.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/vmalloc.h>

static void areas(void)
{
    for (size_t size = 1; size < 3 << 20; size = size * 2 + 1) {
        unsigned char *v = vmalloc(size), *z = vzalloc(size);
        size_t pages = PAGE_ALIGN(size) >> PAGE_SHIFT;

        CHECK(v && z && is_vmalloc_addr(v) && !is_vmalloc_addr(page_address(vmalloc_to_page(v))));
        memset(v, 0x5a, size);
        CHECK(memchr_inv(z, 0, size) == NULL);
        for (size_t i = 0; i < pages; i++) {
            struct page *page = vmalloc_to_page(v + (i << PAGE_SHIFT));
            CHECK(page && *(unsigned char *)page_address(page) == 0x5a);
            CHECK(vmalloc_to_pfn(v + (i << PAGE_SHIFT)) == page_to_pfn(page));
        }
        CHECK(faults((char *)v + (pages << PAGE_SHIFT)));
        vfree(v);
        vfree(z);
    }
    CHECK(vmalloc_to_page(&faults) == NULL);
    CHECK(vmalloc(1UL << 50) == NULL);
    vfree(NULL);
    {
        void *aligned = __vmalloc_node(PAGE_SIZE, 1 << 20, GFP_KERNEL, -1, NULL);
        CHECK(aligned && (unsigned long)aligned % (1 << 20) == 0);
        vfree(aligned);
    }
}

static void mapped_twice(void)
{
    struct page *pages[8];
    char *window, *again;

    for (int i = 0; i < 8; i++) {
        pages[i] = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
        memset(page_address(pages[i]), i, PAGE_SIZE);
    }
    window = vmap(pages, 8, VM_MAP, PAGE_KERNEL);
    again = vm_map_ram(pages, 8, -1);
    CHECK(window && again);
    for (int i = 0; i < 8; i++) {
        CHECK(window[i * PAGE_SIZE] == i && again[i * PAGE_SIZE + 100] == i);
        window[i * PAGE_SIZE] = 77;
        CHECK(*(char *)page_address(pages[i]) == 77 && again[i * PAGE_SIZE] == 77);
    }
    CHECK(faults(window + 8 * PAGE_SIZE));
    CHECK_REPORT("vunmap() nonexistent", vunmap(window + PAGE_SIZE));
    vunmap(window);
    vm_unmap_ram(again, 8);
    vm_unmap_aliases();
    CHECK(faults(window) && faults(again));
    for (int i = 0; i < 8; i++) __free_page(pages[i]);
}

static void many(void)
{
    enum { COUNT = 30000 };
    static char *areas_held[COUNT];
    int got = 0;

    for (; got < COUNT; got++) {
        areas_held[got] = vmalloc(PAGE_SIZE);
        if (!areas_held[got]) break;
        *areas_held[got] = 1;
    }
    CHECK(got == COUNT);
    while (got) vfree(areas_held[--got]);
}

/* An area that fits a hole exactly leaves no range of free addresses over: its object must go. */
static unsigned long free_ranges(void)
{
    static char text[16384];
    const char *line;

    ashlar_slabinfo(text, sizeof(text));
    line = strstr(text, "vmap_range");
    return line ? simple_strtoul(skip_spaces(line + strlen("vmap_range")), NULL, 10) : 0;
}
static void holes(void)
{
    void *first, *middle, *last;
    unsigned long before;

    vm_unmap_aliases(); /* so that the three lie side by side */
    first = vmalloc(PAGE_SIZE);
    middle = vmalloc(20 * PAGE_SIZE);
    last = vmalloc(PAGE_SIZE);
    vfree(middle);
    vm_unmap_aliases();
    before = free_ranges();
    CHECK(before > 0);
    for (int i = 0; i < 1000; i++) {
        void *again = vmalloc(20 * PAGE_SIZE);
        CHECK(again == middle);
        vfree(again);
        vm_unmap_aliases();
    }
    CHECK(free_ranges() == before);
    vfree(first);
    vfree(last);
}

static void *from_interrupt;
static void free_in_interrupt(void *unused)
{
    (void)unused;
    CHECK(in_interrupt());
    vfree(from_interrupt);
}
static void unmap_in_interrupt(void *unused)
{
    (void)unused;
    CHECK_REPORT("in_interrupt()", vunmap(from_interrupt));
    CHECK_REPORT("in_interrupt()", vmalloc(PAGE_SIZE));
}

static void interrupts(void)
{
    from_interrupt = vmalloc(3 * PAGE_SIZE);
    ashlar_run_as_interrupt(unmap_in_interrupt, NULL);
    CHECK(find_vm_area(from_interrupt) != NULL);
    ashlar_run_as_interrupt(free_in_interrupt, NULL);
    vfree(vmalloc(PAGE_SIZE));
    CHECK(find_vm_area(from_interrupt) == NULL);
}

static DEFINE_PER_CPU(int, counter) = 5;
static void per_cpu_memory(void)
{
    int __percpu *dynamic = alloc_percpu(int);
    int cpu;

    for_each_possible_cpu(cpu)
    {
        CHECK(per_cpu(counter, cpu) == 5);
        per_cpu(counter, cpu) += cpu;
        CHECK(*per_cpu_ptr(dynamic, cpu) == 0);
        *per_cpu_ptr(dynamic, cpu) = 100 + cpu;
    }
    for_each_possible_cpu(cpu) CHECK(per_cpu(counter, cpu) == 5 + cpu && *per_cpu_ptr(dynamic, cpu) == 100 + cpu);
    this_cpu_inc(counter);
    free_percpu(dynamic);
}

static void devices(void)
{
    struct device device = {.init_name = "dev", .coherent_dma_mask = DMA_BIT_MASK(32)};
    dma_addr_t handle, handles[100];
    void *block = dma_alloc_coherent(&device, 10000, &handle, GFP_KERNEL), *small[100];
    struct dma_pool *pool = dma_pool_create("pool", &device, 48, 16, 0);

    CHECK(block && handle == virt_to_phys(block) && memchr_inv(block, 0, 10000) == NULL);
    dma_free_coherent(&device, 10000, block, handle);
    for (int i = 0; i < 100; i++) {
        small[i] = dma_pool_zalloc(pool, GFP_KERNEL, &handles[i]);
        CHECK(small[i] && handles[i] == virt_to_phys(small[i]) && handles[i] % 16 == 0);
        CHECK(handles[i] / PAGE_SIZE == (handles[i] + 47) / PAGE_SIZE);
    }
    for (int i = 0; i < 100; i++) dma_pool_free(pool, small[i], handles[i]);
    dma_pool_destroy(pool);
}

static void code(void)
{
    /* mov eax, 42; ret */
    static const unsigned char text[] = {0xb8, 42, 0, 0, 0, 0xc3};
    void *memory = module_alloc(PAGE_SIZE);
    int (*function)(void) = memory;

    CHECK(memory && is_vmalloc_or_module_addr(memory) && !is_vmalloc_addr(memory));
    memcpy(memory, text, sizeof(text));
    CHECK(set_memory_x((unsigned long)memory, 1) == 0);
    CHECK(function() == 42);
    module_memfree(memory);
}

int main(void)
{
    size_t live = ashlar_live_objects(0), free_before;

    ashlar_drain();
    free_before = ashlar_free_frames();
    areas();
    mapped_twice();
    many();
    holes();
    interrupts();
    devices();
    code();
    ashlar_drain();
    CHECK((long)(free_before - ashlar_free_frames()) < 64);
    per_cpu_memory();
    (void)live;
    CHECK(ashlar_check_invariants());
    return check_result("vmalloc");
}
