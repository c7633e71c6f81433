/* A call where no code is: the caller is only on the stack. */
#include "misuse.h"

int main(void)
{
    kfree(kmalloc(64, GFP_KERNEL));
    if (((int (*)(void))announce(NULL))() == 1) return 1;
    return survived();
}
