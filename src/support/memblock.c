// Early memory, which here is ordinary memory.

#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
    void *memory = size <= KMALLOC_MAX_SIZE ? kzalloc(max(size, align), GFP_KERNEL) : vzalloc(size);

    WARN_ON(memory && !IS_ALIGNED((unsigned long)memory, align ? align : 1));
    return memory;
}

void memblock_free(void *address, size_t size)
{
    (void)size;
    kvfree(address);
}

void *alloc_large_system_hash(const char *name, unsigned long bucket_size, unsigned long entries, int scale, int flags,
                              unsigned int *shift, unsigned int *mask, unsigned long low_limit,
                              unsigned long high_limit)
{
    void *table;

    /* By default one bucket for every 2^scale bytes of memory. */
    if (!entries) entries = (max_pfn << PAGE_SHIFT) >> scale;
    if (entries < low_limit) entries = low_limit;
    if (high_limit && entries > high_limit) entries = high_limit;
    entries = roundup_pow_of_two(entries ? entries : 1);
    do {
        table = kvmalloc(bucket_size * entries, flags & HASH_ZERO ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL);
    } while (!table && (entries >>= 1) > 1);
    if (!table) panic("Failed to allocate %s hash table\n", name);
    if (shift) *shift = (unsigned int)ilog2(entries);
    if (mask) *mask = (unsigned int)entries - 1;
    return table;
}
