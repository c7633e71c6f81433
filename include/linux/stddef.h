/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/stddef.h>
#else
#ifndef ASHLAR_LINUX_STDDEF_H
#define ASHLAR_LINUX_STDDEF_H
#include <linux/kconfig.h>
#include <linux/kconfig.h>
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
#ifndef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(type, name) DECLARE_FLEX_ARRAY(type, name)
#endif
#ifndef __struct_group
#define __struct_group(tag, name, attributes, ...) \
    union {                                        \
        struct {                                   \
            __VA_ARGS__                            \
        } attributes;                              \
        struct tag {                               \
            __VA_ARGS__                            \
        } attributes name;                         \
    }
#endif
#endif
#endif
