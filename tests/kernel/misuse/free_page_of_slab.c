/* free_page of an object's page. */
#include "misuse.h"

int main(void)
{
    void *p = announce(kmalloc(PAGE_SIZE, GFP_KERNEL));

    free_page((unsigned long)p);
    kfree(p);
    return survived();
}
