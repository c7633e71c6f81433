/* vfree of what kmalloc gave. */
#include "misuse.h"

int main(void)
{
    vfree(announce(kmalloc(PAGE_SIZE, GFP_KERNEL)));
    return survived();
}
