/* SPDX-License-Identifier: MIT */
/* A binary heap in an array, least element first. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#include <linux/string.h>
#include <linux/types.h>

struct min_heap {
    void *data;
    int nr;
    int size;
};
struct min_heap_callbacks {
    int elem_size;
    bool (*less)(const void *a, const void *b);
    void (*swp)(void *a, void *b);
};
static __always_inline void *ashlar_heap_at(struct min_heap *heap, const struct min_heap_callbacks *calls, int i)
{
    return (char *)heap->data + (long)i * calls->elem_size;
}
static __always_inline void min_heapify(struct min_heap *heap, int pos, const struct min_heap_callbacks *calls)
{
    for (;;) {
        int least = pos, left = 2 * pos + 1, right = 2 * pos + 2;
        if (left < heap->nr && calls->less(ashlar_heap_at(heap, calls, left), ashlar_heap_at(heap, calls, least)))
            least = left;
        if (right < heap->nr && calls->less(ashlar_heap_at(heap, calls, right), ashlar_heap_at(heap, calls, least)))
            least = right;
        if (least == pos) return;
        calls->swp(ashlar_heap_at(heap, calls, pos), ashlar_heap_at(heap, calls, least));
        pos = least;
    }
}
static __always_inline void min_heapify_all(struct min_heap *heap, const struct min_heap_callbacks *calls)
{
    for (int i = heap->nr / 2 - 1; i >= 0; i--) min_heapify(heap, i, calls);
}
static __always_inline void min_heap_pop(struct min_heap *heap, const struct min_heap_callbacks *calls)
{
    if (WARN_ONCE(heap->nr <= 0, "popping an empty heap")) return;
    heap->nr--;
    memcpy(heap->data, ashlar_heap_at(heap, calls, heap->nr), (size_t)calls->elem_size);
    min_heapify(heap, 0, calls);
}
static __always_inline void min_heap_pop_push(struct min_heap *heap, const void *element,
                                              const struct min_heap_callbacks *calls)
{
    memcpy(heap->data, element, (size_t)calls->elem_size);
    min_heapify(heap, 0, calls);
}
static __always_inline void min_heap_push(struct min_heap *heap, const void *element,
                                          const struct min_heap_callbacks *calls)
{
    if (WARN_ONCE(heap->nr >= heap->size, "pushing on a full heap")) return;
    int pos = heap->nr++;
    memcpy(ashlar_heap_at(heap, calls, pos), element, (size_t)calls->elem_size);
    while (pos > 0) {
        int parent = (pos - 1) / 2;
        if (calls->less(ashlar_heap_at(heap, calls, parent), ashlar_heap_at(heap, calls, pos))) break;
        calls->swp(ashlar_heap_at(heap, calls, parent), ashlar_heap_at(heap, calls, pos));
        pos = parent;
    }
}
