/* SPDX-License-Identifier: MIT */
/* The machine of the kernel library: start it with settings of your own, look at it, test with it.
 */
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Starts the machine with these settings ("size=512M,cpus=4", or NULL), of which those that
 * ASHLAR_MACHINE names are overridden. Only needed to set them from a program; everything else
 * starts the machine by itself. 0, or -EBUSY when it runs already. */
int ashlar_machine_start(const char* settings);

/* Texts in the formats of Linux's /proc files. Each writes at most `size` bytes with a final zero
 * and answers the length of the whole. */
size_t ashlar_meminfo(char* to, size_t size);
size_t ashlar_buddyinfo(char* to, size_t size);
size_t ashlar_zoneinfo(char* to, size_t size);
size_t ashlar_slabinfo(char* to, size_t size);
size_t ashlar_vmallocinfo(char* to, size_t size);

/* What a page frame is used for. */
enum ashlar_frame_use {
    ASHLAR_FRAME_FREE,    /* in its zone's buddy */
    ASHLAR_FRAME_LISTED,  /* free, on a CPU's list */
    ASHLAR_FRAME_PAGES,   /* by alloc_pages */
    ASHLAR_FRAME_SLAB,    /* cut into objects of a cache */
    ASHLAR_FRAME_KMALLOC, /* a kmalloc block above the size classes */
    ASHLAR_FRAME_VMALLOC  /* mapped into a vmalloc area */
};
struct ashlar_frame {
    enum ashlar_frame_use use;
    unsigned order;    /* of the block that the frame is in */
    size_t first;      /* that block's first frame */
    const char* cache; /* of a slab, else NULL */
};
/* Describes frames 0, 1, ...; answers how many there are. */
size_t ashlar_frames(struct ashlar_frame* to, size_t count);

/* "failslab" or "fail_page_alloc": every interval-th call from code in [caller_from, caller_to)
 * fails with `probability` percent, at most `times` times (-1: no limit). Interval 0 switches it
 * off. */
int ashlar_inject(const char* which, unsigned interval, unsigned probability, int times,
                  const void* caller_from, const void* caller_to);

/* Walks all of the allocators' books; 1 when every invariant holds. Tasks and interrupts may
 * allocate and free meanwhile; no cache may be destroyed. */
int ashlar_check_invariants(void);
/* Objects, blocks and areas that are allocated now; prints them when `print` is set. */
size_t ashlar_live_objects(int print);
/* Frames that are free, on CPU lists included. */
size_t ashlar_free_frames(void);
/* Gives back everything that is only kept for speed: CPU lists, sheaves, lazily unmapped areas. */
void ashlar_drain(void);

#ifdef __cplusplus
}
#endif
