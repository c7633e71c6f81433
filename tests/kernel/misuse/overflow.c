/* A write behind an object's end: needs slub_debug=Z. */
#include "misuse.h"

static noinline char *allocate_it(void) { return hide(kmalloc(64, GFP_KERNEL)); }

int main(void)
{
    char *p = announce(allocate_it());

    p[66] = 'x';
    kfree(p);
    return survived();
}
