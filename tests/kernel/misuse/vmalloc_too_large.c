/* vmalloc of more than the machine has. */
#include "misuse.h"

int main(void)
{
    unsigned long size = 1UL << 40;

    hide(&size);
    announce(NULL);
    return hide(vmalloc(size)) ? 1 : survived();
}
