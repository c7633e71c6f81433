/* vfree of an address that no area starts at. */
#include "misuse.h"

int main(void)
{
    char *area = vmalloc(3 * PAGE_SIZE);

    vfree(announce(area + 16));
    return survived();
}
