/* What the drivers of code with shrinkers share. */
#pragma once
#include <linux/gfp.h>
#include <linux/mm.h>

/* Takes all memory once, so that whoever can shrink has to. */
static void squeeze(void)
{
    struct page *taken = NULL, *page;

    while ((page = alloc_page(GFP_KERNEL | __GFP_NOWARN))) {
        page->private = (unsigned long)taken;
        taken = page;
    }
    while ((page = taken)) {
        taken = (struct page *)page->private;
        put_page(page);
    }
}
