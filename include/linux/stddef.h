/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/types.h>

#define sizeof_field(type, member) sizeof((((type *)0)->member))
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
/* A group of members that can also be named and copied as one. */
#define struct_group(name, ...) \
    union {                     \
        struct {                \
            __VA_ARGS__         \
        };                      \
        struct {                \
            __VA_ARGS__         \
        } name;                 \
    }
#define struct_group_tagged(tag, name, ...) \
    union {                                 \
        struct {                            \
            __VA_ARGS__                     \
        };                                  \
        struct tag {                        \
            __VA_ARGS__                     \
        } name;                             \
    }
#define DECLARE_FLEX_ARRAY(type, name) \
    struct {                           \
        struct {                       \
        } ashlar_empty_##name;         \
        type name[];                   \
    }
