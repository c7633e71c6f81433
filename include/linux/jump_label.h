/* SPDX-License-Identifier: MIT */
/*
 * Switches for code that is rarely turned on. Linux patches the code; here a key is a counter that
 * is read, which means the same and costs a load.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/types.h>
struct module;
struct static_key {
    atomic_t enabled;
};
struct static_key_true {
    struct static_key key;
};
struct static_key_false {
    struct static_key key;
};
#define STATIC_KEY_INIT_TRUE      \
    {                             \
        .enabled = ATOMIC_INIT(1) \
    }
#define STATIC_KEY_INIT_FALSE     \
    {                             \
        .enabled = ATOMIC_INIT(0) \
    }
#define STATIC_KEY_INIT STATIC_KEY_INIT_FALSE
#define STATIC_KEY_TRUE_INIT        \
    {                               \
        .key = STATIC_KEY_INIT_TRUE \
    }
#define STATIC_KEY_FALSE_INIT        \
    {                                \
        .key = STATIC_KEY_INIT_FALSE \
    }
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DEFINE_STATIC_KEY_MAYBE(config, name) ASHLAR_PASTE(ASHLAR_STATIC_KEY_, IS_ENABLED(config))(name)
#define ASHLAR_STATIC_KEY_0(name) DEFINE_STATIC_KEY_FALSE(name)
#define ASHLAR_STATIC_KEY_1(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_ARRAY_TRUE(name, count) \
    struct static_key_true name[count] = {[0 ...(count) - 1] = STATIC_KEY_TRUE_INIT}
#define DEFINE_STATIC_KEY_ARRAY_FALSE(name, count) \
    struct static_key_false name[count] = {[0 ...(count) - 1] = STATIC_KEY_FALSE_INIT}
static inline int static_key_count(struct static_key *key) { return atomic_read(&key->enabled); }
static inline bool static_key_enabled_plain(struct static_key *key) { return static_key_count(key) > 0; }
#define static_key_enabled(x) static_key_enabled_plain((struct static_key *)(x))
#define static_key_false(key) unlikely(static_key_enabled_plain(key))
#define static_key_true(key) likely(static_key_enabled_plain(key))
#define static_branch_likely(x) likely(static_key_enabled_plain(&(x)->key))
#define static_branch_unlikely(x) unlikely(static_key_enabled_plain(&(x)->key))
#define static_branch_maybe(config, x) static_branch_unlikely(x)
static inline void static_key_slow_inc(struct static_key *key) { atomic_inc(&key->enabled); }
static inline void static_key_slow_dec(struct static_key *key)
{
    int left = atomic_dec_return(&key->enabled);
    WARN(left < 0, "jump label: negative count!\n");
}
static inline void static_key_enable(struct static_key *key)
{
    int was = atomic_xchg(&key->enabled, 1);
    WARN_ON_ONCE(was != 0 && was != 1);
}
static inline void static_key_disable(struct static_key *key)
{
    int was = atomic_xchg(&key->enabled, 0);
    WARN_ON_ONCE(was != 0 && was != 1);
}
#define static_key_slow_inc_cpuslocked(key) static_key_slow_inc(key)
#define static_key_slow_dec_cpuslocked(key) static_key_slow_dec(key)
#define static_key_enable_cpuslocked(key) static_key_enable(key)
#define static_key_disable_cpuslocked(key) static_key_disable(key)
#define static_branch_inc(x) static_key_slow_inc(&(x)->key)
#define static_branch_dec(x) static_key_slow_dec(&(x)->key)
#define static_branch_inc_cpuslocked(x) static_key_slow_inc(&(x)->key)
#define static_branch_dec_cpuslocked(x) static_key_slow_dec(&(x)->key)
#define static_branch_enable(x) static_key_enable(&(x)->key)
#define static_branch_disable(x) static_key_disable(&(x)->key)
#define static_branch_enable_cpuslocked(x) static_key_enable(&(x)->key)
#define static_branch_disable_cpuslocked(x) static_key_disable(&(x)->key)
static inline void jump_label_init(void) {}
