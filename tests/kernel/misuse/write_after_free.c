/* A write into a freed object: needs slub_debug=P. */
#include "misuse.h"

static noinline char *allocate_it(void) { return hide(kmalloc(64, GFP_KERNEL)); }
static noinline void free_it(char *p)
{
    kfree(p);
    hide(p);
}

int main(void)
{
    char *p = announce(allocate_it());

    free_it(p);
    p[10] = 'x';
    /* It is seen when the object is handed out again. */
    for (int i = 0; i < 200; i++) hide(kmalloc(64, GFP_KERNEL));
    return survived();
}
