/* SPDX-License-Identifier: MIT */
/* No lock validator: its annotations mean nothing here, the held-assertions look at the lock. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>

struct lock_class_key {
    char ashlar_unused;
};
struct lockdep_map {
    const char *name;
};
struct pin_cookie {
    char ashlar_unused;
};
#define STATIC_LOCKDEP_MAP_INIT(name, key) \
    {                                      \
        name                               \
    }
#define lockdep_init_map(map, name, key, subclass) ((void)(map))
#define lockdep_set_class(lock, key) ((void)(lock))
#define lockdep_set_class_and_name(lock, key, name) ((void)(lock))
#define lockdep_set_subclass(lock, subclass) ((void)(lock))
#define lockdep_set_novalidate_class(lock) ((void)(lock))
#define lockdep_register_key(key) ((void)(key))
#define lockdep_unregister_key(key) ((void)(key))
#define lockdep_is_held(lock) 1
#define lockdep_is_held_type(lock, r) 1
#define lock_is_held(lock) 1
#define lockdep_assert_held(lock) ((void)(lock))
#define lockdep_assert_not_held(lock) ((void)(lock))
#define lockdep_assert_held_write(lock) ((void)(lock))
#define lockdep_assert_held_read(lock) ((void)(lock))
#define lockdep_assert_held_once(lock) ((void)(lock))
#define lockdep_assert_irqs_enabled() ((void)0)
#define lockdep_assert_irqs_disabled() ((void)0)
#define lockdep_assert_in_irq() ((void)0)
#define lockdep_assert_none_held_once() ((void)0)
#define lockdep_assert(condition) ((void)0)
#define lockdep_off() ((void)0)
#define lockdep_on() ((void)0)
#define lock_acquire(...) ((void)0)
#define lock_release(...) ((void)0)
#define lock_map_acquire(map) ((void)(map))
#define lock_map_release(map) ((void)(map))
#define might_lock(lock) ((void)(lock))
#define might_lock_read(lock) ((void)(lock))
#define lockdep_depth(task) 0
#define debug_locks 0
#define SINGLE_DEPTH_NESTING 1
