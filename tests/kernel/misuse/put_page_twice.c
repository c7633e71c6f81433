/* put_page without a reference. */
#include "misuse.h"

int main(void)
{
    struct page *page = alloc_page(GFP_KERNEL);

    announce(page);
    put_page(page);
    put_page(page);
    return survived();
}
