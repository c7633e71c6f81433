/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct resource {
    resource_size_t start, end;
    const char *name;
    unsigned long flags;
    unsigned long desc;
    struct resource *parent, *sibling, *child;
};
#define IORESOURCE_IO 0x00000100
#define IORESOURCE_MEM 0x00000200
#define IORESOURCE_IRQ 0x00000400
#define IORESOURCE_DMA 0x00000800
#define IORESOURCE_BUSY 0x80000000
#define DEFINE_RES_NAMED(_start, _size, _name, _flags)                                      \
    {                                                                                       \
        .start = (_start), .end = (_start) + (_size)-1, .name = (_name), .flags = (_flags), \
    }
#define DEFINE_RES_MEM(_start, _size) DEFINE_RES_NAMED((_start), (_size), NULL, IORESOURCE_MEM)
#define DEFINE_RES_IRQ(_irq) DEFINE_RES_NAMED((_irq), 1, NULL, IORESOURCE_IRQ)
static inline resource_size_t resource_size(const struct resource *resource)
{
    return resource->end - resource->start + 1;
}
static inline unsigned long resource_type(const struct resource *resource) { return resource->flags & 0x1f00; }
static inline bool resource_contains(struct resource *outer, struct resource *inner)
{
    return outer->start <= inner->start && inner->end <= outer->end;
}
static inline bool resource_overlaps(struct resource *a, struct resource *b)
{
    return a->start <= b->end && a->end >= b->start;
}
static inline bool resource_intersection(struct resource *a, struct resource *b, struct resource *both)
{
    if (!resource_overlaps(a, b)) return false;
    both->start = a->start > b->start ? a->start : b->start;
    both->end = a->end < b->end ? a->end : b->end;
    return true;
}
static inline bool resource_union(struct resource *a, struct resource *b, struct resource *both)
{
    if (!resource_overlaps(a, b)) return false;
    both->start = a->start < b->start ? a->start : b->start;
    both->end = a->end > b->end ? a->end : b->end;
    return true;
}
