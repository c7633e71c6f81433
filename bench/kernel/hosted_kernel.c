// The kernel library's side of hosted.c: plain functions, so that one program has both headers.
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

void kernel_pairs(unsigned long count) {
    unsigned long i;
    void* p;

    for (i = 0; i < count; i++) {
        p = kmalloc(64, GFP_KERNEL);
        barrier_data(p);
        kfree(p);
    }
}

/* `held` areas at once, so that with many of them what was freed last is not what is wanted next.
 */
void kernel_areas(unsigned long count, unsigned long pages, unsigned long held) {
    void* areas[64];
    unsigned long i, j;

    for (i = 0; i < count; i += held) {
        for (j = 0; j < held; j++) areas[j] = vmalloc(pages * PAGE_SIZE);
        barrier_data(areas);
        for (j = 0; j < held; j++) vfree(areas[j]);
    }
}

int kernel_many_areas(unsigned long count) {
    void** areas = kvmalloc_array(count, sizeof(void*), GFP_KERNEL);
    unsigned long got = 0;

    while (areas && got < count && (areas[got] = vmalloc(PAGE_SIZE)) != NULL) {
        *(unsigned long*)areas[got] = got;
        got++;
    }
    for (unsigned long i = 0; i < got; i++) {
        if (*(unsigned long*)areas[i] != i) got = 0;
        vfree(areas[i]);
    }
    kvfree(areas);
    return got == count;
}
