/* kmem_cache_destroy while an object lives: the cache stays. */
#include "misuse.h"

int main(void)
{
    struct kmem_cache *apples = kmem_cache_create("apples", 64, 0, 0, NULL);
    void *apple = announce(kmem_cache_alloc(apples, GFP_KERNEL));

    kmem_cache_destroy(apples);
    kmem_cache_free(apples, apple);
    kmem_cache_destroy(apples);
    return survived();
}
