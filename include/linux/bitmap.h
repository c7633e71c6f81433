/* SPDX-License-Identifier: MIT */
/*
 * Bitmaps as arrays of unsigned long. Bits of the last word above the length are "don't care" on
 * input; functions that fill or copy say what they leave there. Constant lengths of at most one
 * word fold inline.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/find.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#define BITMAP_FIRST_WORD_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))
#define BITMAP_FROM_U64(n) (n)
#define bitmap_size(nbits) (BITS_TO_LONGS(nbits) * sizeof(unsigned long))

ASHLAR_BEGIN_C
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags);
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags);
unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node);
unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node);
void bitmap_free(const unsigned long *bitmap);

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *c, unsigned int nbits);
void __bitmap_complement(unsigned long *to, const unsigned long *from, unsigned int nbits);
void __bitmap_shift_right(unsigned long *to, const unsigned long *from, unsigned int shift, unsigned int nbits);
void __bitmap_shift_left(unsigned long *to, const unsigned long *from, unsigned int shift, unsigned int nbits);
void bitmap_cut(unsigned long *to, const unsigned long *from, unsigned int first, unsigned int cut, unsigned int nbits);
bool __bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int nbits);
void __bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int nbits);
void __bitmap_xor(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int nbits);
void __bitmap_replace(unsigned long *to, const unsigned long *old_bits, const unsigned long *new_bits,
                      const unsigned long *mask, unsigned int nbits);
bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits);
unsigned int __bitmap_weight(const unsigned long *bitmap, unsigned int nbits);
unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b, unsigned int nbits);
void __bitmap_set(unsigned long *map, unsigned int start, int len);
void __bitmap_clear(unsigned long *map, unsigned int start, int len);
unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size, unsigned long start,
                                             unsigned int nr, unsigned long align_mask, unsigned long align_offset);
int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits, int order);
void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order);
int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order);
void bitmap_remap(unsigned long *to, const unsigned long *from, const unsigned long *old_bits,
                  const unsigned long *new_bits, unsigned int nbits);
int bitmap_bitremap(int oldbit, const unsigned long *old_bits, const unsigned long *new_bits, int bits);
void bitmap_onto(unsigned long *to, const unsigned long *orig, const unsigned long *relmap, unsigned int bits);
void bitmap_fold(unsigned long *to, const unsigned long *orig, unsigned int size, unsigned int nbits);
int bitmap_parse(const char *text, unsigned int length, unsigned long *to, int nbits);
int bitmap_parselist(const char *text, unsigned long *to, int nbits);
int bitmap_parse_user(const char __user *text, unsigned int length, unsigned long *to, int nbits);
int bitmap_parselist_user(const char __user *text, unsigned int length, unsigned long *to, int nbits);
int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *map, int nbits);
int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off, size_t count);
int bitmap_print_list_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off, size_t count);
void bitmap_from_arr32(unsigned long *bitmap, const u32 *from, unsigned int nbits);
void bitmap_to_arr32(u32 *to, const unsigned long *bitmap, unsigned int nbits);
void bitmap_from_arr64(unsigned long *bitmap, const u64 *from, unsigned int nbits);
void bitmap_to_arr64(u64 *to, const unsigned long *bitmap, unsigned int nbits);
ASHLAR_END_C

static __always_inline void bitmap_zero(unsigned long *to, unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = 0;
    else
        memset(to, 0, bitmap_size(nbits));
}
static __always_inline void bitmap_fill(unsigned long *to, unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = ~0UL;
    else
        memset(to, 0xff, bitmap_size(nbits));
}
static __always_inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = *from;
    else
        memcpy(to, from, bitmap_size(nbits));
}
static __always_inline void bitmap_copy_clear_tail(unsigned long *to, const unsigned long *from, unsigned int nbits)
{
    bitmap_copy(to, from, nbits);
    if (nbits % BITS_PER_LONG) to[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}
static __always_inline bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b,
                                       unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (*to = *a & *b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
    return __bitmap_and(to, a, b, nbits);
}
static __always_inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
                                      unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = *a | *b;
    else
        __bitmap_or(to, a, b, nbits);
}
static __always_inline void bitmap_xor(unsigned long *to, const unsigned long *a, const unsigned long *b,
                                       unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = *a ^ *b;
    else
        __bitmap_xor(to, a, b, nbits);
}
static __always_inline bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b,
                                          unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (*to = *a & ~*b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
    return __bitmap_andnot(to, a, b, nbits);
}
static __always_inline void bitmap_complement(unsigned long *to, const unsigned long *from, unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = ~*from;
    else
        __bitmap_complement(to, from, nbits);
}
static __always_inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return ((*a ^ *b) & BITMAP_LAST_WORD_MASK(nbits)) == 0;
    return __bitmap_equal(a, b, nbits);
}
static __always_inline bool bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *c,
                                            unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (((*a | *b) ^ *c) & BITMAP_LAST_WORD_MASK(nbits)) == 0;
    return __bitmap_or_equal(a, b, c, nbits);
}
static __always_inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (*a & *b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
    return __bitmap_intersects(a, b, nbits);
}
static __always_inline bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (*a & ~*b & BITMAP_LAST_WORD_MASK(nbits)) == 0;
    return __bitmap_subset(a, b, nbits);
}
static __always_inline bool bitmap_empty(const unsigned long *map, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (*map & BITMAP_LAST_WORD_MASK(nbits)) == 0;
    return find_first_bit(map, nbits) == nbits;
}
static __always_inline bool bitmap_full(const unsigned long *map, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (~*map & BITMAP_LAST_WORD_MASK(nbits)) == 0;
    return find_first_zero_bit(map, nbits) == nbits;
}
static __always_inline unsigned int bitmap_weight(const unsigned long *map, unsigned int nbits)
{
    if (small_const_nbits(nbits)) return (unsigned int)hweight_long(*map & BITMAP_LAST_WORD_MASK(nbits));
    return __bitmap_weight(map, nbits);
}
static __always_inline unsigned int bitmap_weight_and(const unsigned long *a, const unsigned long *b,
                                                      unsigned int nbits)
{
    return __bitmap_weight_and(a, b, nbits);
}
static __always_inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
    if (__builtin_constant_p(nbits) && nbits == 1)
        __set_bit(start, map);
    else if (small_const_nbits(start + nbits) && nbits)
        *map |= GENMASK(start + nbits - 1, start);
    else
        __bitmap_set(map, start, (int)nbits);
}
static __always_inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
    if (__builtin_constant_p(nbits) && nbits == 1)
        __clear_bit(start, map);
    else if (small_const_nbits(start + nbits) && nbits)
        *map &= ~GENMASK(start + nbits - 1, start);
    else
        __bitmap_clear(map, start, (int)nbits);
}
static __always_inline void bitmap_shift_right(unsigned long *to, const unsigned long *from, unsigned int shift,
                                               unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = (*from & BITMAP_LAST_WORD_MASK(nbits)) >> shift;
    else
        __bitmap_shift_right(to, from, shift, nbits);
}
static __always_inline void bitmap_shift_left(unsigned long *to, const unsigned long *from, unsigned int shift,
                                              unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = (*from << shift) & BITMAP_LAST_WORD_MASK(nbits);
    else
        __bitmap_shift_left(to, from, shift, nbits);
}
static __always_inline void bitmap_replace(unsigned long *to, const unsigned long *old_bits,
                                           const unsigned long *new_bits, const unsigned long *mask, unsigned int nbits)
{
    if (small_const_nbits(nbits))
        *to = (*old_bits & ~*mask) | (*new_bits & *mask);
    else
        __bitmap_replace(to, old_bits, new_bits, mask, nbits);
}
static __always_inline void bitmap_next_set_region(unsigned long *map, unsigned int *first, unsigned int *end,
                                                   unsigned int limit)
{
    *first = (unsigned int)find_next_bit(map, limit, *first);
    *end = (unsigned int)find_next_zero_bit(map, limit, *first + 1);
}
static __always_inline unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
                                                                unsigned long start, unsigned int nr,
                                                                unsigned long align_mask)
{
    return bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, 0);
}
static __always_inline void bitmap_from_u64(unsigned long *to, u64 mask) { *to = (unsigned long)mask; }
static __always_inline unsigned long bitmap_get_value8(const unsigned long *map, unsigned long start)
{
    return (map[BIT_WORD(start)] >> (start % BITS_PER_LONG)) & 0xff;
}
static __always_inline void bitmap_set_value8(unsigned long *map, unsigned long value, unsigned long start)
{
    unsigned long *word = map + BIT_WORD(start);
    *word = (*word & ~(0xffUL << (start % BITS_PER_LONG))) | (value << (start % BITS_PER_LONG));
}
