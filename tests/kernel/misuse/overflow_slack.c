/* A write behind the size that was asked for, yet inside the size class. */
#include "misuse.h"

int main(void)
{
    char *p = announce(kmalloc(100, GFP_KERNEL));

    p[100] = 'x';
    kfree(p);
    return survived();
}
