/* kfree of a page frame. */
#include "misuse.h"

int main(void)
{
    kfree(announce((void *)__get_free_page(GFP_KERNEL)));
    return survived();
}
