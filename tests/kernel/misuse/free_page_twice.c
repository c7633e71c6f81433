/* free_page twice. */
#include "misuse.h"

int main(void)
{
    unsigned long page = (unsigned long)announce((void *)__get_free_page(GFP_KERNEL));

    free_page(page);
    free_page(page);
    return survived();
}
