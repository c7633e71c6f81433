/* SPDX-License-Identifier: MIT */
/* Clean-up at the end of a scope: pointers that free themselves, locks that let go. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#ifndef __cplusplus
#define DEFINE_FREE(name, type, ...)          \
    static inline void __free_##name(void *p) \
    {                                         \
        type _T = *(type *)p;                 \
        __VA_ARGS__;                          \
    }
#define __free(name) __cleanup(__free_##name)
#define no_free_ptr(p)                   \
    ({                                   \
        __typeof__(p) ashlar_kept = (p); \
        (p) = NULL;                      \
        ashlar_kept;                     \
    })
#define return_ptr(p) return no_free_ptr(p)
#define DEFINE_CLASS(name, type, leave, enter, arguments...) \
    typedef type class_##name##_t;                           \
    static inline void class_##name##_destructor(type *p)    \
    {                                                        \
        type _T = *p;                                        \
        leave;                                               \
    }                                                        \
    static inline type class_##name##_constructor(arguments) \
    {                                                        \
        type t = enter;                                      \
        return t;                                            \
    }
#define CLASS(name, variable) \
    class_##name##_t variable __cleanup(class_##name##_destructor) = class_##name##_constructor
#define DEFINE_GUARD(name, type, lock, unlock) \
    DEFINE_CLASS(                              \
        name, type, if (_T) { unlock; }, ({    \
            lock;                              \
            _T;                                \
        }),                                    \
        type _T)
#define guard(name) CLASS(name, __UNIQUE_ID(guard))
/* The body runs once, with the lock held. */
#define scoped_guard(name, arguments...) \
    for (CLASS(name, ashlar_scope)(arguments), *ashlar_once = (void *)1; ashlar_once; ashlar_once = NULL)
/* Guards of the simplest kind: nothing but the lock's address, or nothing at all. */
#define ASHLAR_LOCK_GUARD(name, type, lock, unlock, members...)        \
    typedef struct {                                                   \
        type *lock_pointer;                                            \
        members;                                                       \
    } class_##name##_t;                                                \
    static inline void class_##name##_destructor(class_##name##_t *_T) \
    {                                                                  \
        if (_T->lock_pointer) {                                        \
            unlock;                                                    \
        }                                                              \
    }                                                                  \
    static inline class_##name##_t class_##name##_constructor(type *l) \
    {                                                                  \
        class_##name##_t t = {.lock_pointer = l}, *_T = &t;            \
        lock;                                                          \
        return t;                                                      \
    }
#endif
