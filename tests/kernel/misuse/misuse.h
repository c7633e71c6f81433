/* Each program here makes one mistake. It announces the pointer, so that the report can be compared
 * with it, and "survived" last: a WARN lets it get there, a BUG does not. */
#pragma once
#include <stdio.h>

#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

/* The optimiser must not see the mistake. */
static inline void *hide(void *pointer)
{
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

static inline void *announce(void *pointer)
{
    printf("%016lx\n", (unsigned long)pointer);
    fflush(stdout);
    return hide(pointer);
}

/* Everything must still work. */
static inline int survived(void)
{
    for (size_t size = 1; size < 100000; size += 1 + size / 3) {
        unsigned char *block = kzalloc(size, GFP_KERNEL), *area = vzalloc(size);
        if (!block || !area || memchr_inv(block, 0, size) || memchr_inv(area, 0, size)) return 1;
        memset(block, 1, size);
        memset(area, 2, size);
        kfree(block);
        vfree(area);
    }
    puts("survived");
    return 0;
}
