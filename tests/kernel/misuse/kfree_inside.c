/* kfree of an address inside an object. */
#include "misuse.h"

int main(void)
{
    char *p = kmalloc(64, GFP_KERNEL);

    kfree(announce(p + 8));
    return survived();
}
