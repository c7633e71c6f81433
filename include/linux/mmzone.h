/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/numa.h>
#include <linux/spinlock.h>

/* 6.1's meaning: the largest block has order MAX_ORDER - 1, that is 4 MiB. */
#define MAX_ORDER 11
#define MAX_ORDER_NR_PAGES (1 << (MAX_ORDER - 1))
#define PAGE_ALLOC_COSTLY_ORDER 3
#define pageblock_order 9
#define pageblock_nr_pages (1UL << pageblock_order)
enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, MAX_NR_ZONES };
enum migratetype { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_TYPES };
typedef unsigned int isolate_mode_t;
struct zone {
    enum zone_type ashlar_type;
};
ASHLAR_BEGIN_C
enum zone_type page_zonenum(const struct page *page);
/* All that is known of a zone is which it is. */
extern struct zone ashlar_zones[MAX_NR_ZONES];
unsigned long nr_free_pages(void);
unsigned long nr_free_buffer_pages(void);
unsigned long totalram_pages(void);
ASHLAR_END_C
#define page_zone(page) (&ashlar_zones[page_zonenum(page)])
#define zone_idx(zone) ((zone)->ashlar_type)
