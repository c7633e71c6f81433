/* kmalloc of more than there can be. */
#include "misuse.h"

int main(void)
{
    size_t size = KMALLOC_MAX_SIZE + 1;

    hide(&size);
    announce(NULL);
    return hide(kmalloc(size, GFP_KERNEL)) ? 1 : survived();
}
