/* A write before an object's start: needs slub_debug=Z. */
#include "misuse.h"

int main(void)
{
    char *p = announce(kmalloc(64, GFP_KERNEL));

    p[-1] = 'x';
    kfree(p);
    return survived();
}
