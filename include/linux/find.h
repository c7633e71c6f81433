/* SPDX-License-Identifier: MIT */
/*
 * Searching bitmaps. Every find_ answers `size` (or a number above it) for "none". A bitmap of at
 * most one word is searched inline, which also lets constants fold.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>

ASHLAR_BEGIN_C
unsigned long _find_first_bit(const unsigned long *address, unsigned long size);
unsigned long _find_first_zero_bit(const unsigned long *address, unsigned long size);
unsigned long _find_first_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size);
unsigned long _find_last_bit(const unsigned long *address, unsigned long size);
unsigned long _find_next_bit(const unsigned long *address, unsigned long size, unsigned long start);
unsigned long _find_next_zero_bit(const unsigned long *address, unsigned long size, unsigned long start);
unsigned long _find_next_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                 unsigned long start);
unsigned long _find_next_andnot_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                    unsigned long start);
unsigned long __find_nth_bit(const unsigned long *address, unsigned long size, unsigned long n);
unsigned long __find_nth_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size, unsigned long n);
unsigned long __find_nth_andnot_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                    unsigned long n);
unsigned long find_next_clump8(unsigned long *clump, const unsigned long *address, unsigned long size,
                               unsigned long offset);
ASHLAR_END_C

#define small_const_nbits(n) (__builtin_constant_p(n) && (n) <= BITS_PER_LONG && (n) > 0)

static __always_inline unsigned long ashlar_first_in_word(unsigned long word, unsigned long size)
{
    return word ? __ffs(word) : size;
}
static __always_inline unsigned long find_first_bit(const unsigned long *address, unsigned long size)
{
    if (small_const_nbits(size)) return ashlar_first_in_word(*address & GENMASK(size - 1, 0), size);
    return _find_first_bit(address, size);
}
static __always_inline unsigned long find_first_zero_bit(const unsigned long *address, unsigned long size)
{
    if (small_const_nbits(size)) return ashlar_first_in_word(~*address & GENMASK(size - 1, 0), size);
    return _find_first_zero_bit(address, size);
}
static __always_inline unsigned long find_first_and_bit(const unsigned long *a, const unsigned long *b,
                                                        unsigned long size)
{
    return _find_first_and_bit(a, b, size);
}
static __always_inline unsigned long find_last_bit(const unsigned long *address, unsigned long size)
{
    if (small_const_nbits(size)) {
        unsigned long word = *address & GENMASK(size - 1, 0);
        return word ? __fls(word) : size;
    }
    return _find_last_bit(address, size);
}
static __always_inline unsigned long find_next_bit(const unsigned long *address, unsigned long size,
                                                   unsigned long offset)
{
    if (small_const_nbits(size)) {
        if (offset >= size) return size;
        return ashlar_first_in_word(*address & GENMASK(size - 1, offset), size);
    }
    return _find_next_bit(address, size, offset);
}
static __always_inline unsigned long find_next_zero_bit(const unsigned long *address, unsigned long size,
                                                        unsigned long offset)
{
    if (small_const_nbits(size)) {
        if (offset >= size) return size;
        return ashlar_first_in_word(~*address & GENMASK(size - 1, offset), size);
    }
    return _find_next_zero_bit(address, size, offset);
}
static __always_inline unsigned long find_next_and_bit(const unsigned long *a, const unsigned long *b,
                                                       unsigned long size, unsigned long offset)
{
    return _find_next_and_bit(a, b, size, offset);
}
static __always_inline unsigned long find_next_andnot_bit(const unsigned long *a, const unsigned long *b,
                                                          unsigned long size, unsigned long offset)
{
    return _find_next_andnot_bit(a, b, size, offset);
}
static __always_inline unsigned long find_nth_bit(const unsigned long *address, unsigned long size, unsigned long n)
{
    return n >= size ? size : __find_nth_bit(address, size, n);
}
static __always_inline unsigned long find_nth_and_bit(const unsigned long *a, const unsigned long *b,
                                                      unsigned long size, unsigned long n)
{
    return n >= size ? size : __find_nth_and_bit(a, b, size, n);
}
static __always_inline unsigned long find_nth_andnot_bit(const unsigned long *a, const unsigned long *b,
                                                         unsigned long size, unsigned long n)
{
    return n >= size ? size : __find_nth_andnot_bit(a, b, size, n);
}
static __always_inline unsigned long find_next_bit_wrap(const unsigned long *address, unsigned long size,
                                                        unsigned long offset)
{
    unsigned long bit = find_next_bit(address, size, offset);
    if (bit < size) return bit;
    bit = find_first_bit(address, offset);
    return bit < offset ? bit : size;
}
static __always_inline unsigned long find_next_and_bit_wrap(const unsigned long *a, const unsigned long *b,
                                                            unsigned long size, unsigned long offset)
{
    unsigned long bit = find_next_and_bit(a, b, size, offset);
    if (bit < size) return bit;
    bit = find_first_and_bit(a, b, offset);
    return bit < offset ? bit : size;
}
/* The step of for_each_set_bit_wrap: from `start` to the end, then from zero up to `start`. */
static __always_inline unsigned long __for_each_wrap(const unsigned long *bitmap, unsigned long size,
                                                     unsigned long start, unsigned long n)
{
    unsigned long bit;
    if (n > start) {
        bit = find_next_bit(bitmap, size, n);
        if (bit < size) return bit;
        n = 0;
    }
    bit = find_next_bit(bitmap, start, n);
    return bit < start ? bit : size;
}

#define find_next_bit_le(address, size, offset) find_next_bit((const unsigned long *)(address), (size), (offset))
#define find_next_zero_bit_le(address, size, offset) \
    find_next_zero_bit((const unsigned long *)(address), (size), (offset))
#define find_first_zero_bit_le(address, size) find_first_zero_bit((const unsigned long *)(address), (size))
#define find_first_clump8(clump, bits, size) find_next_clump8((clump), (bits), (size), 0)

#define for_each_set_bit(bit, address, size) \
    for ((bit) = 0; (bit) = find_next_bit((address), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_and_bit(bit, a, b, size) \
    for ((bit) = 0; (bit) = find_next_and_bit((a), (b), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_andnot_bit(bit, a, b, size) \
    for ((bit) = 0; (bit) = find_next_andnot_bit((a), (b), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_set_bit_from(bit, address, size) \
    for (; (bit) = find_next_bit((address), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit(bit, address, size) \
    for ((bit) = 0; (bit) = find_next_zero_bit((address), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit_from(bit, address, size) \
    for (; (bit) = find_next_zero_bit((address), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_set_bitrange(first, last, address, size)                              \
    for ((first) = 0; (first) = find_next_bit((address), (size), (first)),             \
        (last) = find_next_zero_bit((address), (size), (first) + 1), (first) < (size); \
         (first) = (last) + 1)
#define for_each_set_bitrange_from(first, last, address, size)                            \
    for (; (first) = find_next_bit((address), (size), (first)),                           \
           (last) = find_next_zero_bit((address), (size), (first) + 1), (first) < (size); \
         (first) = (last) + 1)
#define for_each_clear_bitrange(first, last, address, size)                       \
    for ((first) = 0; (first) = find_next_zero_bit((address), (size), (first)),   \
        (last) = find_next_bit((address), (size), (first) + 1), (first) < (size); \
         (first) = (last) + 1)
#define for_each_clear_bitrange_from(first, last, address, size)                     \
    for (; (first) = find_next_zero_bit((address), (size), (first)),                 \
           (last) = find_next_bit((address), (size), (first) + 1), (first) < (size); \
         (first) = (last) + 1)
#define for_each_set_bit_wrap(bit, address, size, start)                         \
    for ((bit) = find_next_bit_wrap((address), (size), (start)); (bit) < (size); \
         (bit) = __for_each_wrap((address), (size), (start), (bit) + 1))
#define for_each_set_clump8(start, clump, bits, size)                             \
    for ((start) = find_first_clump8(&(clump), (bits), (size)); (start) < (size); \
         (start) = find_next_clump8(&(clump), (bits), (size), (start) + 8))
