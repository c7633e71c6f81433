/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_MIGRATION: frames stay where they are. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
enum migrate_mode { MIGRATE_ASYNC, MIGRATE_SYNC_LIGHT, MIGRATE_SYNC, MIGRATE_SYNC_NO_COPY };
#define MIGRATEPAGE_SUCCESS 0
struct movable_operations {
    bool (*isolate_page)(struct page *page, isolate_mode_t mode);
    int (*migrate_page)(struct page *to, struct page *from, enum migrate_mode mode);
    void (*putback_page)(struct page *page);
};
#define __SetPageMovable(page, operations) ((void)(page), (void)(operations))
#define PageMovable(page) ((void)(page), 0)
#define PageIsolated(page) ((void)(page), 0)
#define __ClearPageMovable(page) ((void)(page))
