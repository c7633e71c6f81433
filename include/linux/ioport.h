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
#define IORESOURCE_MUXED 0x00400000
#define IORESOURCE_SYSTEM_RAM (IORESOURCE_MEM | 0x01000000)
ASHLAR_BEGIN_C
/* Ranges that somebody claimed. There are no devices behind them; claims are told apart all the same. */
extern struct resource ioport_resource, iomem_resource;
int request_resource(struct resource *root, struct resource *fresh);
struct resource *request_resource_conflict(struct resource *root, struct resource *fresh);
int release_resource(struct resource *old);
/* As request_resource(), but what it covers moves inside it. */
int insert_resource(struct resource *parent, struct resource *fresh);
struct resource *__request_region(struct resource *parent, resource_size_t start, resource_size_t size,
                                  const char *name, int flags);
void __release_region(struct resource *parent, resource_size_t start, resource_size_t size);
struct resource *lookup_resource(struct resource *root, resource_size_t start);
ASHLAR_END_C
#define request_region(start, size, name) __request_region(&ioport_resource, start, size, name, 0)
#define request_muxed_region(start, size, name) __request_region(&ioport_resource, start, size, name, 0)
#define request_mem_region(start, size, name) __request_region(&iomem_resource, start, size, name, 0)
#define request_mem_region_exclusive(start, size, name) request_mem_region(start, size, name)
#define release_region(start, size) __release_region(&ioport_resource, start, size)
#define release_mem_region(start, size) __release_region(&iomem_resource, start, size)
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
