/* krealloc of a freed object. */
#include "misuse.h"

int main(void)
{
    void *p = announce(kmalloc(64, GFP_KERNEL));

    kfree(p);
    p = krealloc(p, 1000, GFP_KERNEL);
    return p ? survived() : 1;
}
