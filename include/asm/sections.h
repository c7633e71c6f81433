/* SPDX-License-Identifier: MIT */
/* Where the program's own code and data begin and end. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern char __executable_start[], etext[], edata[], end[];
ASHLAR_END_C
static inline bool memory_contains(void *begin, void *finish, void *address, size_t size)
{
    return (char *)address >= (char *)begin && (char *)address + size <= (char *)finish;
}
static inline bool memory_intersects(void *begin, void *finish, void *address, size_t size)
{
    return (char *)address < (char *)finish && (char *)address + size > (char *)begin;
}
