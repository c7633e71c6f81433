/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/const.h>

/* Not a canonical address on x86_64: following it faults at once. */
#define POISON_POINTER_DELTA _AC(0xdead000000000000, UL)
#define LIST_POISON1 ((void *)(POISON_POINTER_DELTA + 0x100))
#define LIST_POISON2 ((void *)(POISON_POINTER_DELTA + 0x122))
#define TIMER_ENTRY_STATIC ((void *)(POISON_POINTER_DELTA + 0x300))
#define PAGE_POISON 0xaa
#define SLUB_RED_INACTIVE 0xbb
#define SLUB_RED_ACTIVE 0xcc
#define POISON_INUSE 0x5a
#define POISON_FREE 0x6b
#define POISON_END 0xa5
#define POISON_FREE_INITMEM 0xcc
