/* SPDX-License-Identifier: MIT */
/* Small negative error numbers carried in pointers: the last page of addresses is never an object. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *__must_check ERR_PTR(long error) { return (void *)error; }
static inline long __must_check PTR_ERR(const void *pointer) { return (long)pointer; }
static inline bool __must_check IS_ERR(const void *pointer)
{
    return (unsigned long)pointer >= (unsigned long)-MAX_ERRNO;
}
static inline bool __must_check IS_ERR_OR_NULL(const void *pointer) { return !pointer || IS_ERR(pointer); }
static inline void *__must_check ERR_CAST(const void *pointer) { return (void *)(unsigned long)pointer; }
static inline int __must_check PTR_ERR_OR_ZERO(const void *pointer)
{
    return IS_ERR(pointer) ? (int)PTR_ERR(pointer) : 0;
}
