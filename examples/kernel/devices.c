/*
 * Two of the classic users of vmalloc: the map of a swap device, one large table with an entry a
 * page, and the ring buffer of a device, physically scattered but contiguous for the driver, whose
 * descriptors name each page's bus address.
 */
#include "kernel.h"

#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

enum { SWAP_PAGES = 2 << 20, RING_PAGES = 64 };

/* A use count for each page of 8 GiB of swap. */
static int swap_map(void) {
    unsigned char* map = vzalloc(SWAP_PAGES);
    unsigned long used = 0;
    int wrong = 0;

    if (!map) return 1;
    for (unsigned long slot = 1; slot < SWAP_PAGES; slot += 97) map[slot]++;
    for (unsigned long slot = 0; slot < SWAP_PAGES; slot++) used += map[slot];
    wrong += used != (SWAP_PAGES - 2) / 97 + 1;
    wrong += vmalloc_to_pfn(map) == vmalloc_to_pfn(map + SWAP_PAGES - 1);
    vfree(map);
    return wrong;
}

struct descriptor {
    dma_addr_t bus;
    u32 bytes;
};

static int ring(void) {
    struct descriptor* descriptors = kcalloc(RING_PAGES, sizeof(*descriptors), GFP_KERNEL);
    // NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers
    struct page** pages = kcalloc(RING_PAGES, sizeof(*pages), GFP_KERNEL);
    char* buffer = NULL;
    int wrong = 0, count = 0;

    for (; descriptors && pages && count < RING_PAGES; count++) {
        pages[count] = alloc_page(GFP_KERNEL);
        if (!pages[count]) break;
        descriptors[count] = (struct descriptor){page_to_phys(pages[count]), PAGE_SIZE};
    }
    if (count == RING_PAGES) buffer = vmap(pages, RING_PAGES, VM_MAP, PAGE_KERNEL);
    if (!buffer) {
        wrong++;
    } else {
        /* The driver writes through the window, the device reads by bus address. */
        for (int i = 0; i < RING_PAGES; i++) memset(buffer + i * PAGE_SIZE, i, PAGE_SIZE);
        for (int i = 0; i < RING_PAGES; i++)
            wrong += memchr_inv(phys_to_virt(descriptors[i].bus), i, descriptors[i].bytes) != NULL;
        vunmap(buffer);
    }
    while (count) __free_page(pages[--count]);
    kfree(pages);
    kfree(descriptors);
    return wrong;
}

int run_devices(void) {
    return swap_map() + ring();
}
