/* SPDX-License-Identifier: MIT */
/* A cache of numbered elements with a fixed count, least recently used first out (DRBD's). */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>
#define LC_FREE (~0U)
#define LC_MAX_ACTIVE (1 << 24)
struct lc_element {
    struct hlist_node colision;
    struct list_head list;
    unsigned refcnt;
    unsigned lc_index, lc_number, lc_new_number;
};
struct lru_cache {
    struct list_head lru, free, in_use, to_be_changed;
    struct kmem_cache *lc_cache;
    size_t element_size, element_off;
    unsigned int nr_elements;
    unsigned int max_pending_changes, pending_changes;
    unsigned used;
    unsigned long hits, misses, starving, locked, changed;
    unsigned long flags;
    void *lc_private;
    const char *name;
    struct hlist_head *lc_slot;
    struct lc_element **lc_element;
};
enum { __LC_PARANOIA, __LC_DIRTY, __LC_LOCKED, __LC_STARVING };
#define LC_PARANOIA (1 << __LC_PARANOIA)
#define LC_DIRTY (1 << __LC_DIRTY)
#define LC_LOCKED (1 << __LC_LOCKED)
#define LC_STARVING (1 << __LC_STARVING)
struct seq_file;
ASHLAR_BEGIN_C
struct lru_cache *lc_create(const char *name, struct kmem_cache *cache, unsigned max_pending_changes, unsigned count,
                            size_t size, size_t offset);
void lc_reset(struct lru_cache *lc);
void lc_destroy(struct lru_cache *lc);
void lc_set(struct lru_cache *lc, unsigned int number, int index);
void lc_del(struct lru_cache *lc, struct lc_element *element);
struct lc_element *lc_get_cumulative(struct lru_cache *lc, unsigned int number);
struct lc_element *lc_try_get(struct lru_cache *lc, unsigned int number);
struct lc_element *lc_find(struct lru_cache *lc, unsigned int number);
struct lc_element *lc_get(struct lru_cache *lc, unsigned int number);
unsigned int lc_put(struct lru_cache *lc, struct lc_element *element);
void lc_committed(struct lru_cache *lc);
void lc_seq_printf_stats(struct seq_file *seq, struct lru_cache *lc);
void lc_seq_dump_details(struct seq_file *seq, struct lru_cache *lc, char *utext,
                         void (*detail)(struct seq_file *seq, struct lc_element *element));
int lc_try_lock(struct lru_cache *lc);
bool lc_is_used(struct lru_cache *lc, unsigned int number);
struct lc_element *lc_element_by_index(struct lru_cache *lc, unsigned index);
unsigned int lc_index_of(struct lru_cache *lc, struct lc_element *element);
ASHLAR_END_C
static inline int lc_try_lock_for_transaction(struct lru_cache *lc)
{
    return !test_and_set_bit(__LC_LOCKED, &lc->flags);
}
static inline void lc_unlock(struct lru_cache *lc)
{
    clear_bit(__LC_DIRTY, &lc->flags);
    clear_bit_unlock(__LC_LOCKED, &lc->flags);
}
#define lc_entry(pointer, type, member) container_of(pointer, type, member)
