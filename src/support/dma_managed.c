// Coherent memory and pools that go when their device's driver does. A file of its own: it needs the
// driver core, which a kernel without drivers does without.

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/kernel.h>

static void release_pool(struct device *device, void *pool)
{
    (void)device;
    dma_pool_destroy(*(struct dma_pool **)pool);
}
static int is_pool(struct device *device, void *resource, void *pool)
{
    (void)device;
    return *(struct dma_pool **)resource == pool;
}

__weak struct dma_pool *dmam_pool_create(const char *name, struct device *device, size_t size, size_t align,
                                         size_t boundary)
{
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the resource is a pointer
    struct dma_pool **resource = devres_alloc(release_pool, sizeof(*resource), GFP_KERNEL);

    if (!resource) return NULL;
    *resource = dma_pool_create(name, device, size, align, boundary);
    if (!*resource) {
        devres_free(resource);
        return NULL;
    }
    devres_add(device, resource);
    return *resource;
}

__weak void dmam_pool_destroy(struct dma_pool *pool)
{
    WARN_ON(devres_release(ashlar_dma_pool_device(pool), release_pool, is_pool, pool));
}

struct block {
    void *memory;
    dma_addr_t handle;
    size_t size;
};
static void release_block(struct device *device, void *data)
{
    struct block *block = data;
    dma_free_coherent(device, block->size, block->memory, block->handle);
}
static int is_block(struct device *device, void *data, void *memory)
{
    (void)device;
    return ((struct block *)data)->memory == memory;
}

void *dmam_alloc_coherent(struct device *device, size_t size, dma_addr_t *handle, gfp_t flags)
{
    struct block *block = devres_alloc(release_block, sizeof(*block), flags);

    if (!block) return NULL;
    block->size = size;
    block->memory = dma_alloc_coherent(device, size, &block->handle, flags);
    if (!block->memory) {
        devres_free(block);
        return NULL;
    }
    *handle = block->handle;
    devres_add(device, block);
    return block->memory;
}

void dmam_free_coherent(struct device *device, size_t size, void *memory, dma_addr_t handle)
{
    (void)size;
    (void)handle;
    WARN_ON(devres_release(device, release_block, is_block, memory));
}
