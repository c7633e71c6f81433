/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/limits.h>
#include <linux/types.h>

#define is_signed_type(type) (((type)(-1)) < (type)1)
#define is_unsigned_type(type) (!is_signed_type(type))
#define __type_half_max(type) ((type)1 << (8 * sizeof(type) - 1 - is_signed_type(type)))
#define type_max(type) ((type)((__type_half_max(type) - 1) + __type_half_max(type)))
#define type_min(type) ((type)((type)-type_max(type) - (type)1))
static inline bool __must_check __must_check_overflow(bool overflow) { return unlikely(overflow); }
#define check_add_overflow(a, b, to) __must_check_overflow(__builtin_add_overflow(a, b, to))
#define check_sub_overflow(a, b, to) __must_check_overflow(__builtin_sub_overflow(a, b, to))
#define check_mul_overflow(a, b, to) __must_check_overflow(__builtin_mul_overflow(a, b, to))
#define check_shl_overflow(a, s, to)                                                                        \
    __must_check_overflow(({                                                                                \
        __typeof__(a) ashlar_a = (a);                                                                       \
        __typeof__(s) ashlar_s = (s);                                                                       \
        __typeof__(to) ashlar_to = (to);                                                                    \
        u64 ashlar_wide = (u64)ashlar_a;                                                                    \
        unsigned int ashlar_n =                                                                             \
            (ashlar_s >= 0 && ashlar_s < (__typeof__(s))(8 * sizeof(*ashlar_to))) ? (unsigned)ashlar_s : 0; \
        *ashlar_to = (__typeof__(*ashlar_to))(ashlar_wide << ashlar_n);                                     \
        ashlar_n != (unsigned)ashlar_s || *ashlar_to < 0 || ashlar_a < 0 ||                                 \
            (u64)(*ashlar_to >> ashlar_n) != ashlar_wide;                                                   \
    }))
/* Saturating: a size that does not fit becomes SIZE_MAX, which no allocator grants. */
static inline size_t __must_check size_mul(size_t a, size_t b)
{
    size_t bytes;
    return __builtin_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}
static inline size_t __must_check size_add(size_t a, size_t b)
{
    size_t bytes;
    return __builtin_add_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}
static inline size_t __must_check size_sub(size_t a, size_t b)
{
    if (a == SIZE_MAX || b == SIZE_MAX || a < b) return SIZE_MAX;
    return a - b;
}
#define array_size(a, b) size_mul(a, b)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define flex_array_size(pointer, member, count) size_mul(count, sizeof(*(pointer)->member))
#define struct_size(pointer, member, count) size_add(sizeof(*(pointer)), flex_array_size(pointer, member, count))
#define struct_size_t(type, member, count) struct_size((type *)NULL, member, count)
#define overflows_type(n, T)                          \
    ({                                                \
        __typeof__(T) ashlar_fits;                    \
        __builtin_add_overflow((n), 0, &ashlar_fits); \
    })
#define castable_to_type(n, T) (!overflows_type(n, T))
