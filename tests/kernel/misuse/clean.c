/* No mistake: nothing may be reported. */
#include "misuse.h"

int main(void)
{
    kfree(announce(kmalloc(64, GFP_KERNEL)));
    kfree(kmalloc(100000, GFP_KERNEL));
    vfree(vmalloc(5 * PAGE_SIZE));
    return survived();
}
