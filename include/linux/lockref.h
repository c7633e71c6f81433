/* SPDX-License-Identifier: MIT */
/* A count that is changed without the lock while nobody holds it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/spinlock.h>
struct lockref {
    union {
        __u64 lock_count;
        struct {
            spinlock_t lock;
            int count;
        };
    };
};
ASHLAR_BEGIN_C
void lockref_get(struct lockref *ref);
int lockref_put_return(struct lockref *ref);
int lockref_get_not_zero(struct lockref *ref);
int lockref_put_not_zero(struct lockref *ref);
int lockref_put_or_lock(struct lockref *ref);
void lockref_mark_dead(struct lockref *ref);
int lockref_get_not_dead(struct lockref *ref);
ASHLAR_END_C
/* Called with the lock held. */
static inline bool __lockref_is_dead(const struct lockref *ref) { return ref->count < 0; }
