/* Drives fs/mbcache.c: entries found by key, reused and forgotten, counted down, reclaimed by the shrinker. */
#include <linux/mbcache.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "squeeze.h"

enum { ENTRIES = 2000 };

static unsigned long entries(struct mb_cache *cache)
{
    unsigned long count = 0;

    for (u64 i = 0; i < ENTRIES; i++) {
        struct mb_cache_entry *entry = mb_cache_entry_get(cache, (u32)(i / 2), i);
        if (!entry) continue;
        count++;
        mb_cache_entry_put(cache, entry);
    }
    return count;
}

static unsigned int chain_length(struct mb_cache *cache, u32 key)
{
    struct mb_cache_entry *entry = mb_cache_entry_find_first(cache, key);
    unsigned int length = 0;

    /* Finding the next one puts the one before. */
    for (; entry; length++) entry = mb_cache_entry_find_next(cache, entry);
    return length;
}

static int __init mbcache_driver_init(void)
{
    struct mb_cache *cache = mb_cache_create(8);
    struct mb_cache_entry *entry;
    unsigned long left;

    if (!cache) return -ENOMEM;
    for (u64 i = 0; i < ENTRIES; i++)
        if (mb_cache_entry_create(cache, GFP_KERNEL, (u32)(i / 2), i, i % 2 == 0)) return -EINVAL;
    if (mb_cache_entry_create(cache, GFP_KERNEL, 5, 10, true) != -EBUSY) return -EINVAL;
    if (chain_length(cache, 7) != 1) return -EINVAL; /* odd values are not reusable */
    entry = mb_cache_entry_get(cache, 7, 14);
    if (!entry || entry->e_value != 14) return -EINVAL;
    if (mb_cache_entry_delete_or_get(cache, 7, 14) != entry) return -EINVAL; /* in use */
    mb_cache_entry_put(cache, entry);
    mb_cache_entry_put(cache, entry);
    if (mb_cache_entry_delete_or_get(cache, 7, 14) != NULL) return -EINVAL;
    if (mb_cache_entry_get(cache, 7, 14)) return -EINVAL;
    if (entries(cache) != ENTRIES - 1) return -EINVAL;
    /* What is not in use goes back under pressure. */
    squeeze();
    left = entries(cache);
    if (left == ENTRIES - 1) return -EINVAL;
    mb_cache_destroy(cache);
    pr_info("mbcache: done\n");
    return 0;
}
module_init(mbcache_driver_init);
MODULE_LICENSE("Dual MIT/GPL");
