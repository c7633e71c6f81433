/* kfree twice of a block that came straight from the page frames. */
#include "misuse.h"

int main(void)
{
    void *p = announce(kmalloc(100000, GFP_KERNEL));

    kfree(p);
    kfree(p);
    return survived();
}
