/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
static inline bool kasan_check_read(const volatile void *p, unsigned int size)
{
    (void)p;
    (void)size;
    return true;
}
static inline bool kasan_check_write(const volatile void *p, unsigned int size)
{
    (void)p;
    (void)size;
    return true;
}
static inline bool __kasan_check_read(const volatile void *p, unsigned int size)
{
    (void)p;
    (void)size;
    return true;
}
static inline bool __kasan_check_write(const volatile void *p, unsigned int size)
{
    (void)p;
    (void)size;
    return true;
}
