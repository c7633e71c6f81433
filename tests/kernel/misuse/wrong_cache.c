/* kmem_cache_free into another cache: the object goes back to its own. */
#include "misuse.h"

int main(void)
{
    struct kmem_cache *apples = kmem_cache_create("apples", 64, 0, 0, NULL);
    struct kmem_cache *pears = kmem_cache_create("pears", 64, 0, 0, NULL);

    kmem_cache_free(pears, announce(kmem_cache_alloc(apples, GFP_KERNEL)));
    kmem_cache_destroy(pears);
    kmem_cache_destroy(apples);
    return survived();
}
