/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/page-flags.h>
#include <linux/wait_bit.h>

/* The lock of a page; who waits for it sleeps. */
static inline bool folio_trylock(struct folio *folio)
{
    return likely(!test_and_set_bit_lock(PG_locked, &folio->page.flags));
}
static inline bool trylock_page(struct page *page) { return folio_trylock(page_folio(page)); }
static inline void folio_lock(struct folio *folio)
{
    might_sleep();
    if (!folio_trylock(folio)) wait_on_bit_lock(&folio->page.flags, PG_locked, TASK_UNINTERRUPTIBLE);
}
static inline void lock_page(struct page *page) { folio_lock(page_folio(page)); }
static inline void folio_unlock(struct folio *folio)
{
    VM_BUG_ON_PAGE(!PageLocked(&folio->page), &folio->page);
    clear_and_wake_up_bit(PG_locked, &folio->page.flags);
}
static inline void unlock_page(struct page *page) { folio_unlock(page_folio(page)); }
static inline void wait_on_page_locked(struct page *page)
{
    wait_on_bit(&page_folio(page)->page.flags, PG_locked, TASK_UNINTERRUPTIBLE);
}
