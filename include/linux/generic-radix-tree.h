/* SPDX-License-Identifier: MIT */
/* An array that grows without moving: pages of elements under a radix tree of pages. */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/types.h>
struct genradix_root;
struct __genradix {
    struct genradix_root *root;
};
struct genradix_iter {
    size_t offset, pos;
};
#define __GENRADIX_INITIALIZER \
    {                          \
        .root = NULL           \
    }
/* An element type of size zero carries the type without taking room. */
#define GENRADIX(type)                     \
    struct {                               \
        struct __genradix tree;            \
        type element_type[0] __aligned(1); \
    }
#define DEFINE_GENRADIX(name, type) GENRADIX(type) name = {.tree = __GENRADIX_INITIALIZER}
ASHLAR_BEGIN_C
void *__genradix_ptr(struct __genradix *radix, size_t offset);
void *__genradix_ptr_alloc(struct __genradix *radix, size_t offset, gfp_t flags);
void *__genradix_iter_peek(struct genradix_iter *iter, struct __genradix *radix, size_t per_page);
int __genradix_prealloc(struct __genradix *radix, size_t size, gfp_t flags);
void __genradix_free(struct __genradix *radix);
ASHLAR_END_C
#define genradix_init(radix) ((radix)->tree.root = NULL)
#define genradix_free(radix) __genradix_free(&(radix)->tree)
/* Sizes that do not divide a page leave its end unused. */
static inline size_t __idx_to_offset(size_t index, size_t size)
{
    size_t per_page = PAGE_SIZE / size;
    BUG_ON(size > PAGE_SIZE);
    return is_power_of_2(size) ? index * size : index / per_page * PAGE_SIZE + index % per_page * size;
}
#define __genradix_cast(radix) (__typeof__((radix)->element_type[0]) *)
#define __genradix_obj_size(radix) sizeof((radix)->element_type[0])
#define __genradix_objs_per_page(radix) (PAGE_SIZE / __genradix_obj_size(radix))
#define __genradix_idx_to_offset(radix, index) __idx_to_offset(index, __genradix_obj_size(radix))
#define genradix_ptr(radix, index) \
    (__genradix_cast(radix) __genradix_ptr(&(radix)->tree, __genradix_idx_to_offset(radix, index)))
#define genradix_ptr_alloc(radix, index, flags) \
    (__genradix_cast(radix) __genradix_ptr_alloc(&(radix)->tree, __genradix_idx_to_offset(radix, index), flags))
#define genradix_iter_init(radix, index) \
    ((struct genradix_iter){.offset = __genradix_idx_to_offset(radix, index), .pos = (index)})
#define genradix_iter_peek(iter, radix) \
    (__genradix_cast(radix) __genradix_iter_peek(iter, &(radix)->tree, __genradix_objs_per_page(radix)))
static inline void __genradix_iter_advance(struct genradix_iter *iter, size_t size)
{
    iter->offset += size;
    if (!is_power_of_2(size) && (iter->offset & (PAGE_SIZE - 1)) + size > PAGE_SIZE)
        iter->offset = round_up(iter->offset, PAGE_SIZE);
    iter->pos++;
}
#define genradix_iter_advance(iter, radix) __genradix_iter_advance(iter, __genradix_obj_size(radix))
#define genradix_for_each_from(radix, iter, p, start)                                             \
    for (iter = genradix_iter_init(radix, start); (p = genradix_iter_peek(&iter, radix)) != NULL; \
         genradix_iter_advance(&iter, radix))
#define genradix_for_each(radix, iter, p) genradix_for_each_from(radix, iter, p, 0)
#define genradix_prealloc(radix, count, flags) \
    __genradix_prealloc(&(radix)->tree, __genradix_idx_to_offset(radix, (count) + 1), flags)
