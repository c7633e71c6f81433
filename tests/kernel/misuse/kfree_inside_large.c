/* kfree of an address inside a large block. */
#include "misuse.h"

int main(void)
{
    char *p = kmalloc(100000, GFP_KERNEL);

    kfree(announce(p + PAGE_SIZE));
    return survived();
}
