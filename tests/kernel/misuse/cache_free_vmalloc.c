/* kmem_cache_free of what vmalloc gave. */
#include "misuse.h"

int main(void)
{
    kmem_cache_free(kmem_cache_create("apples", 64, 0, 0, NULL), announce(vmalloc(64)));
    return survived();
}
