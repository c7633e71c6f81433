/* SPDX-License-Identifier: MIT */
/* Code that runs once, whoever comes first. */
#pragma once
#include <linux/kconfig.h>
#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
/* The first caller gets true, holds the lock while it works, and must call the second function. */
bool __do_once_start(bool *done, unsigned long *flags);
void __do_once_done(bool *done, struct static_key_true *once_key, unsigned long *flags, struct module *module);
bool __do_once_sleepable_start(bool *done);
void __do_once_sleepable_done(bool *done, struct static_key_true *once_key, struct module *module);
ASHLAR_END_C
#define DO_ONCE(function, ...)                                                                   \
    ({                                                                                           \
        static bool ashlar_done;                                                                 \
        static DEFINE_STATIC_KEY_TRUE(ashlar_once_key);                                          \
        bool ashlar_mine = false;                                                                \
        if (static_branch_unlikely(&ashlar_once_key)) {                                          \
            unsigned long ashlar_once_flags;                                                     \
            ashlar_mine = __do_once_start(&ashlar_done, &ashlar_once_flags);                     \
            if (ashlar_mine) {                                                                   \
                function(__VA_ARGS__);                                                           \
                __do_once_done(&ashlar_done, &ashlar_once_key, &ashlar_once_flags, THIS_MODULE); \
            }                                                                                    \
        }                                                                                        \
        ashlar_mine;                                                                             \
    })
#define DO_ONCE_SLEEPABLE(function, ...)                                               \
    ({                                                                                 \
        static bool ashlar_done;                                                       \
        static DEFINE_STATIC_KEY_TRUE(ashlar_once_key);                                \
        bool ashlar_mine = false;                                                      \
        if (static_branch_unlikely(&ashlar_once_key)) {                                \
            ashlar_mine = __do_once_sleepable_start(&ashlar_done);                     \
            if (ashlar_mine) {                                                         \
                function(__VA_ARGS__);                                                 \
                __do_once_sleepable_done(&ashlar_done, &ashlar_once_key, THIS_MODULE); \
            }                                                                          \
        }                                                                              \
        ashlar_mine;                                                                   \
    })
#define get_random_once(to, bytes) DO_ONCE(get_random_bytes, (to), (bytes))
#define get_random_sleepable_once(to, bytes) DO_ONCE_SLEEPABLE(get_random_bytes, (to), (bytes))
#define net_get_random_once(to, bytes) get_random_once((to), (bytes))
