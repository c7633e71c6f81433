/* kfree of what vmalloc gave. */
#include "misuse.h"

int main(void)
{
    kfree(announce(vmalloc(64)));
    return survived();
}
