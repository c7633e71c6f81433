/* Each program here makes one mistake with one pointer. It announces the pointer first, so that the
   message can be compared with it, and "survived" last, which only misuse=continue lets it reach.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The optimiser must not see the mistake: it would warn of it, or remove it. */
static inline void* hide(void* pointer) {
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

static inline void announce(const void* pointer) {
    printf("%p\n", pointer);
    fflush(stdout);
}

/* The heap must still work after an ignored mistake. */
static inline int survived(void) {
    for (size_t size = 1; size < 3000000; size += 1 + size / 3) {
        unsigned char* block = (unsigned char*)malloc(size);
        unsigned char* zeroed = (unsigned char*)calloc(1, size);
        if (!block || !zeroed || block == zeroed || zeroed[0] || zeroed[size - 1]) return 1;
        memset(block, 1, size);
        free(block);
        free(zeroed);
    }
    puts("survived");
    return 0;
}
