/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define DO_ONCE_LITE(function, ...) DO_ONCE_LITE_IF(true, function, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, function, ...)   \
    ({                                              \
        static bool ashlar_once_done;               \
        bool ashlar_once_hit = !!(condition);       \
        if (ashlar_once_hit && !ashlar_once_done) { \
            ashlar_once_done = true;                \
            function(__VA_ARGS__);                  \
        }                                           \
        ashlar_once_hit;                            \
    })
