/* SPDX-License-Identifier: MIT */
/* Kernel code built with -fsanitize=address gets the allocators' own annotations; nothing to call. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
typedef unsigned int kasan_vmalloc_flags_t;
#define kasan_disable_current() ((void)0)
#define kasan_enable_current() ((void)0)
#define kasan_poison_object_data(cache, object) ((void)(object))
#define kasan_unpoison_object_data(cache, object) ((void)(object))
#define kasan_poison_element(x) ((void)0)
#define kasan_slab_free_mempool(object) ((void)(object))
#define kasan_unpoison_range(address, size) ((void)(address))
#define kasan_unpoison_pages(page, order, init) ((void)(page))
#define kasan_poison_pages(page, order, init) ((void)(page))
#define kasan_reset_tag(address) ((void *)(address))
#define kasan_check_byte(address) true
#define kasan_kmalloc_large(pointer, size, flags) (pointer)
