/* vunmap at interrupt level. */
#include "misuse.h"

static void *area;
static void interrupt(void *unused)
{
    (void)unused;
    vunmap(area);
}

int main(void)
{
    struct page *page = alloc_page(GFP_KERNEL);

    area = announce(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
    ashlar_run_as_interrupt(interrupt, NULL);
    return survived();
}
