/* A write that goes on far behind an object's end, through what the debugging keeps there. */
#include "misuse.h"

int main(void)
{
    char *p = announce(kmalloc(60, GFP_KERNEL));

    memset(hide(p), 'x', 112);
    kfree(p);
    return survived();
}
