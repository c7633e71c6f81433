/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#include <linux/kernel.h>
static inline unsigned long iommu_device_max_index(unsigned long size, unsigned long offset, u64 dma_mask)
{
    return size + offset > dma_mask ? dma_mask - offset + 1 : size;
}
static inline int iommu_is_span_boundary(unsigned int index, unsigned int nr, unsigned long shift,
                                         unsigned long boundary_size)
{
    BUG_ON(!is_power_of_2(boundary_size));
    return ((shift + index) & (boundary_size - 1)) + nr > boundary_size;
}
ASHLAR_BEGIN_C
unsigned long iommu_area_alloc(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
                               unsigned long shift, unsigned long boundary_size, unsigned long align_mask);
ASHLAR_END_C
