/* alloc_pages of an order that there is not. */
#include "misuse.h"

int main(void)
{
    announce(NULL);
    return hide(alloc_pages(GFP_KERNEL, MAX_ORDER)) ? 1 : survived();
}
