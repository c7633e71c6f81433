// Memory for devices: coherent blocks over the linear map, and pools of small
// ones. A pool may be replaced by Linux's mm/dmapool.c.

#include <ashlar/kernel_port.h>

#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

void* dma_alloc_attrs(struct device* device, size_t size, dma_addr_t* handle, gfp_t flags,
                      unsigned long attrs) {
    u64 mask = device && device->coherent_dma_mask ? device->coherent_dma_mask : DMA_BIT_MASK(32);
    void* memory;

    (void)attrs;
    flags &= ~(__GFP_HIGHMEM | __GFP_COMP | GFP_ZONEMASK);
    if (mask <= DMA_BIT_MASK(24))
        flags |= GFP_DMA;
    else if (mask <= DMA_BIT_MASK(32))
        flags |= GFP_DMA32;
    memory = alloc_pages_exact(PAGE_ALIGN(size), flags | __GFP_ZERO);
    if (memory) *handle = virt_to_phys(memory);
    return memory;
}

void dma_free_attrs(struct device* device, size_t size, void* memory, dma_addr_t handle,
                    unsigned long attrs) {
    (void)device;
    (void)attrs;
    if (!memory) return;
    WARN_ON(virt_to_phys(memory) != handle);
    free_pages_exact(memory, PAGE_ALIGN(size));
}

u64 ashlar_bus_address(const void* address) {
    static bool told;
    u64 bus = ashlar_port_bus_address(address);

    if (!bus && !told) {
        told = true;
        pr_warn(
            "ashlar_bus_address: unknown; it needs memory from hugetlb= and the right to read "
            "/proc/self/pagemap\n");
    }
    return bus;
}

struct dma_pool {
    spinlock_t lock;
    struct list_head blocks;
    struct device* device;
    size_t size, boundary, allocation;
    void* free; /* chained through the first word */
    size_t live;
    char name[32];
};
struct dma_block {
    struct list_head list;
    void* memory;
    dma_addr_t handle;
};

__weak struct dma_pool* dma_pool_create(const char* name, struct device* device, size_t size,
                                        size_t align, size_t boundary) {
    struct dma_pool* pool;

    if (!align) align = 1;
    if (!is_power_of_2(align) || !size || size > INT_MAX) return NULL;
    size = ALIGN(max_t(size_t, size, sizeof(void*)), align);
    if (!boundary) boundary = max_t(size_t, size, PAGE_SIZE);
    if (!is_power_of_2(boundary) || boundary < size) return NULL;
    pool = kzalloc(sizeof(*pool), GFP_KERNEL);
    if (!pool) return NULL;
    spin_lock_init(&pool->lock);
    INIT_LIST_HEAD(&pool->blocks);
    pool->device = device;
    pool->size = size;
    pool->boundary = boundary;
    pool->allocation = max_t(size_t, size, PAGE_SIZE);
    strscpy(pool->name, name, sizeof(pool->name));
    return pool;
}

static bool dma_pool_grow(struct dma_pool* pool, gfp_t flags) {
    struct dma_block* block = kmalloc(sizeof(*block), flags);
    unsigned long irq;

    if (!block) return false;
    block->memory = dma_alloc_coherent(pool->device, pool->allocation, &block->handle, flags);
    if (!block->memory) {
        kfree(block);
        return false;
    }
    spin_lock_irqsave(&pool->lock, irq);
    list_add(&block->list, &pool->blocks);
    for (size_t at = 0, edge = pool->boundary; at + pool->size <= pool->allocation;
         at += pool->size) {
        if (at + pool->size > edge) {
            at = edge;
            edge += pool->boundary;
            if (at + pool->size > pool->allocation) break;
        }
        *(void**)((char*)block->memory + at) = pool->free;
        pool->free = (char*)block->memory + at;
    }
    spin_unlock_irqrestore(&pool->lock, irq);
    return true;
}

__weak void* dma_pool_alloc(struct dma_pool* pool, gfp_t flags, dma_addr_t* handle) {
    gfp_t plain = flags & ~__GFP_ZERO;
    unsigned long irq;
    void* object;

    might_alloc(flags);
    do {
        spin_lock_irqsave(&pool->lock, irq);
        object = pool->free;
        if (object) {
            pool->free = *(void**)object;
            pool->live++;
        }
        spin_unlock_irqrestore(&pool->lock, irq);
    } while (!object && dma_pool_grow(pool, plain));
    if (!object) return NULL;
    *handle = virt_to_phys(object);
    if (want_init_on_alloc(flags)) memset(object, 0, pool->size);
    return object;
}

__weak void dma_pool_free(struct dma_pool* pool, void* object, dma_addr_t handle) {
    unsigned long irq;

    if (virt_to_phys(object) != handle) {
        WARN(1, "dma_pool_free %s, %px (bad vaddr)/%llx", pool->name, object, handle);
        return;
    }
    spin_lock_irqsave(&pool->lock, irq);
    *(void**)object = pool->free;
    pool->free = object;
    pool->live--;
    spin_unlock_irqrestore(&pool->lock, irq);
}

__weak void dma_pool_destroy(struct dma_pool* pool) {
    struct dma_block *block, *next;

    if (!pool) return;
    WARN(pool->live, "dma_pool_destroy %s, %zu objects busy", pool->name, pool->live);
    list_for_each_entry_safe(block, next, &pool->blocks, list) {
        if (!pool->live)
            dma_free_coherent(pool->device, pool->allocation, block->memory, block->handle);
        kfree(block);
    }
    kfree(pool);
}

struct device* ashlar_dma_pool_device(const struct dma_pool* pool) {
    return pool->device;
}
