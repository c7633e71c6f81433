/* SPDX-License-Identifier: MIT */
/* The allocators are there from the first call, so early memory is kmalloc's and vmalloc's. */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/init.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
void *memblock_alloc(phys_addr_t size, phys_addr_t align);
void memblock_free(void *address, size_t size);
void *alloc_large_system_hash(const char *name, unsigned long bucket_size, unsigned long entries, int scale, int flags,
                              unsigned int *shift, unsigned int *mask, unsigned long low_limit,
                              unsigned long high_limit);
ASHLAR_END_C
#define memblock_alloc_or_panic(size, align) memblock_alloc(size, align)
#define memblock_alloc_node(size, align, node) memblock_alloc(size, align)
#define HASH_EARLY 0x00000001
#define HASH_SMALL 0x00000002
#define HASH_ZERO 0x00000004
