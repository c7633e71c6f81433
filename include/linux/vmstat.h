/* SPDX-License-Identifier: MIT */
/* Counts of pages by use. There is one node, and a zone's counts are kept for all zones together. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/mmzone.h>
enum zone_stat_item { NR_FREE_PAGES, NR_ZSPAGES, NR_VM_ZONE_STAT_ITEMS };
ASHLAR_BEGIN_C
extern atomic_long_t vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
ASHLAR_END_C
static inline void mod_zone_page_state(struct zone *zone, enum zone_stat_item item, long pages)
{
    (void)zone;
    atomic_long_add(pages, &vm_zone_stat[item]);
}
static inline void inc_zone_page_state(struct page *page, enum zone_stat_item item)
{
    (void)page;
    atomic_long_inc(&vm_zone_stat[item]);
}
static inline void dec_zone_page_state(struct page *page, enum zone_stat_item item)
{
    (void)page;
    atomic_long_dec(&vm_zone_stat[item]);
}
static inline unsigned long global_zone_page_state(enum zone_stat_item item)
{
    long pages = item == NR_FREE_PAGES ? (long)nr_free_pages() : atomic_long_read(&vm_zone_stat[item]);

    return pages < 0 ? 0 : (unsigned long)pages;
}
