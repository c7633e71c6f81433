/* Objects, blocks and areas that nobody frees: needs leaks=1. */
#include "misuse.h"

static noinline void *allocate_it(void) { return hide(kmalloc(64, GFP_KERNEL)); }

int main(void)
{
    kfree(allocate_it());
    announce(allocate_it());
    hide(kmalloc(100000, GFP_KERNEL));
    hide(vmalloc(5 * PAGE_SIZE));
    return survived();
}
