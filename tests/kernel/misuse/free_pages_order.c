/* free_pages with another order than the block's. */
#include "misuse.h"

int main(void)
{
    void *block = announce((void *)__get_free_pages(GFP_KERNEL, 2));

    free_pages((unsigned long)block, 3);
    return survived();
}
