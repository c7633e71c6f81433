/* True physical addresses: what ashlar_bus_address says is what the host's pagemap says. Without
 * free huge pages, or without the right to read the pagemap, exit status 77 after one line. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ashlar/machine.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../check.h"

static unsigned long huge_pages_free(void)
{
    char line[128];
    unsigned long count = 0;
    FILE *file = fopen("/proc/meminfo", "r");

    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "HugePages_Free: %lu", &count) == 1) break;
    if (file) fclose(file);
    return count;
}

/* The host's own answer, read here and not in the library; 0: it does not tell. */
static unsigned long pagemap(const void *address)
{
    unsigned long entry = 0;
    int file = open("/proc/self/pagemap", O_RDONLY);

    if (file < 0 || pread(file, &entry, sizeof(entry), (long)address / 4096 * 8) != sizeof(entry)) entry = 0;
    if (file >= 0) close(file);
    return (entry >> 63 ? entry & ((1UL << 55) - 1) : 0) * 4096;
}

int main(void)
{
    size_t sizes[] = {64, 8192, 100000, 2 << 20};
    char *area;
    bool right;

    if (huge_pages_free() < 16) {
        puts("skipped: fewer than 16 free huge pages; write a number to /proc/sys/vm/nr_hugepages");
        return 77;
    }
    CHECK(ashlar_machine_start("size=64M,cpus=1,hugetlb=32M") == 0);
    {
        char *p = kmalloc(64, GFP_KERNEL | GFP_DMA);
        *p = 1;
        right = pagemap(p) != 0;
        CHECK((ashlar_bus_address(p) != 0) == right);
        kfree(p);
    }
    for (int i = 0; i < 4 && right; i++) {
        char *p = kmalloc(sizes[i], GFP_KERNEL | GFP_DMA);

        CHECK(p != NULL);
        memset(p, 1, sizes[i]);
        /* Contiguous on the bus, page by page, by the host's word. */
        for (size_t at = 0; at < sizes[i]; at += PAGE_SIZE) {
            CHECK(ashlar_bus_address(p + at) == ashlar_bus_address(p) + at);
            CHECK(pagemap(p + at) + offset_in_page(p) == ashlar_bus_address(p) + at);
        }
        kfree(p);
    }
    /* vmalloc takes frames that can be mapped one by one, and those have no bus address. */
    area = vmalloc(5 * PAGE_SIZE);
    CHECK(area && page_to_pfn(vmalloc_to_page(area)) >= (32 << 20) / PAGE_SIZE);
    CHECK(ashlar_bus_address(page_address(vmalloc_to_page(area))) == 0);
    vfree(area);
    CHECK(ashlar_check_invariants());
    if (!right && !checks_failed) {
        puts("skipped: no right to read physical addresses from /proc/self/pagemap");
        return 77;
    }
    return check_result("hugetlb");
}
