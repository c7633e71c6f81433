/* kfree of an object that was just freed. */
#include "misuse.h"

int main(void)
{
    void *p = announce(kmalloc(64, GFP_KERNEL));

    kfree(p);
    kfree(p);
    return survived();
}
