/* A member of an object that is none. */
#include "misuse.h"

int main(void)
{
    struct list_head *node = announce(NULL);

    kfree(kmalloc(64, GFP_KERNEL));
    printf("%p\n", *(void *volatile *)((char *)node + 0x18));
    return survived();
}
