/*
 * The smallest kernel that has kmalloc and vmalloc: one CPU, no interrupts, no tasks. It uses the
 * library and its own port functions (port.c), nothing else of Ashlar's.
 */
#include <ashlar/machine.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

enum { OBJECTS = 1000, AREA_PAGES = 100 };

int kernel_main(void) {
    static void* objects[OBJECTS];
    struct kmem_cache* cache;
    size_t before;
    char* area;
    int wrong = 0;

    pr_info("minimal kernel: %zu frames free of %lu\n", ashlar_free_frames(), totalram_pages());
    cache = kmem_cache_create("thing", 200, 0, SLAB_HWCACHE_ALIGN, NULL);
    ashlar_drain();
    before = ashlar_free_frames();
    for (int i = 0; i < OBJECTS; i++) {
        objects[i] =
            i % 2 ? kmem_cache_alloc(cache, GFP_KERNEL) : kmalloc((size_t)i * 8 + 1, GFP_KERNEL);
        wrong += objects[i] == NULL;
        if (objects[i]) memset(objects[i], i, 1);
    }
    area = vmalloc(AREA_PAGES * PAGE_SIZE);
    wrong += area == NULL;
    for (int i = 0; area && i < AREA_PAGES; i++) area[i * PAGE_SIZE] = (char)i;
    for (int i = 0; area && i < AREA_PAGES; i++)
        wrong += *(char*)page_address(vmalloc_to_page(area + i * PAGE_SIZE)) != (char)i;
    pr_info("minimal kernel: area at %px, first frame %lx, last frame %lx\n", area,
            vmalloc_to_pfn(area), vmalloc_to_pfn(area + (AREA_PAGES - 1) * PAGE_SIZE));
    vfree(area);
    for (int i = 0; i < OBJECTS; i++) {
        if (i % 2)
            kmem_cache_free(cache, objects[i]);
        else
            kfree(objects[i]);
    }
    kmem_cache_destroy(cache);
    ashlar_drain();
    wrong += ashlar_live_objects(1) != 0 || !ashlar_check_invariants();
    /* What stays: the caches' magazines, and the directories of port.c. */
    wrong += ashlar_free_frames() + 16 < before;
    pr_info("minimal kernel: %s\n", wrong ? "something is wrong" : "all is well");
    return wrong;
}
