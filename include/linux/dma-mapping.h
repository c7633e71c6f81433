/* SPDX-License-Identifier: MIT */
/* Coherent memory over the linear map: a device's address is the physical one. */
#pragma once
#include <linux/kconfig.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

enum dma_data_direction { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_NONE };
#define DMA_BIT_MASK(n) (((n) == 64) ? ~0ULL : ((1ULL << (n)) - 1))
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
ASHLAR_BEGIN_C
void *dma_alloc_attrs(struct device *device, size_t size, dma_addr_t *handle, gfp_t flags, unsigned long attrs);
void dma_free_attrs(struct device *device, size_t size, void *address, dma_addr_t handle, unsigned long attrs);
/* Given back when the device's driver leaves it. */
void *dmam_alloc_coherent(struct device *device, size_t size, dma_addr_t *handle, gfp_t flags);
void dmam_free_coherent(struct device *device, size_t size, void *memory, dma_addr_t handle);
/* The address on the machine's real bus, for user-space drivers: needs hugetlb= and the right to
 * read the pagemap; 0 otherwise. */
u64 ashlar_bus_address(const void *address);
ASHLAR_END_C
static inline void *dma_alloc_coherent(struct device *device, size_t size, dma_addr_t *handle, gfp_t flags)
{
    return dma_alloc_attrs(device, size, handle, flags, 0);
}
static inline void *dma_zalloc_coherent(struct device *device, size_t size, dma_addr_t *handle, gfp_t flags)
{
    return dma_alloc_attrs(device, size, handle, flags | __GFP_ZERO, 0);
}
static inline void dma_free_coherent(struct device *device, size_t size, void *address, dma_addr_t handle)
{
    dma_free_attrs(device, size, address, handle, 0);
}
static inline dma_addr_t dma_map_single(struct device *device, void *address, size_t size,
                                        enum dma_data_direction direction)
{
    (void)device;
    (void)size;
    (void)direction;
    return virt_addr_valid(address) ? (dma_addr_t)virt_to_phys(address) : DMA_MAPPING_ERROR;
}
static inline void dma_unmap_single(struct device *device, dma_addr_t address, size_t size,
                                    enum dma_data_direction direction)
{
    (void)device;
    (void)address;
    (void)size;
    (void)direction;
}
static inline dma_addr_t dma_map_page(struct device *device, struct page *page, size_t offset, size_t size,
                                      enum dma_data_direction direction)
{
    (void)device;
    (void)size;
    (void)direction;
    return page_to_phys(page) + offset;
}
#define dma_unmap_page(device, address, size, direction) dma_unmap_single(device, address, size, direction)
static inline int dma_mapping_error(struct device *device, dma_addr_t address)
{
    (void)device;
    return address == DMA_MAPPING_ERROR ? -ENOMEM : 0;
}
static inline int dma_set_mask(struct device *device, u64 mask)
{
    device->coherent_dma_mask = mask;
    return 0;
}
static inline int dma_set_coherent_mask(struct device *device, u64 mask)
{
    device->coherent_dma_mask = mask;
    return 0;
}
static inline int dma_set_mask_and_coherent(struct device *device, u64 mask) { return dma_set_mask(device, mask); }
