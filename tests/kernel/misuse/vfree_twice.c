/* vfree twice. */
#include "misuse.h"

int main(void)
{
    void *area = announce(vmalloc(3 * PAGE_SIZE));

    vfree(area);
    vfree(area);
    return survived();
}
