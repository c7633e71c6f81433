// Pools that go when their device's driver does. A file of its own: it needs the
// driver core, which a kernel without drivers does without.

#include <linux/device.h>
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
