/* SPDX-License-Identifier: MIT */
/* Who holds references: every taken one has a record until it is given back. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/stackdepot.h>
#include <linux/types.h>
struct ref_tracker;
struct ref_tracker_dir {
    spinlock_t lock;
    unsigned int quarantine_avail;
    refcount_t untracked, no_tracker;
    bool dead;
    struct list_head list, quarantine;
};
static inline void ref_tracker_dir_init(struct ref_tracker_dir *dir, unsigned int quarantine_count)
{
    spin_lock_init(&dir->lock);
    INIT_LIST_HEAD(&dir->list);
    INIT_LIST_HEAD(&dir->quarantine);
    refcount_set(&dir->untracked, 1);
    refcount_set(&dir->no_tracker, 1);
    dir->quarantine_avail = quarantine_count;
    dir->dead = false;
    stack_depot_init();
}
ASHLAR_BEGIN_C
void ref_tracker_dir_exit(struct ref_tracker_dir *dir);
void ref_tracker_dir_print(struct ref_tracker_dir *dir, unsigned int limit);
int ref_tracker_alloc(struct ref_tracker_dir *dir, struct ref_tracker **tracker, gfp_t flags);
int ref_tracker_free(struct ref_tracker_dir *dir, struct ref_tracker **tracker);
ASHLAR_END_C
