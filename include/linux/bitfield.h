/* SPDX-License-Identifier: MIT */
/* Fields of a word, named by their mask: FIELD_GET takes one out, FIELD_PREP puts one in place. */
#pragma once
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#define __bf_shf(mask) (__builtin_ffsll(mask) - 1)
#define ASHLAR_FIELD_CHECK(mask, value)                                                                          \
    ({                                                                                                           \
        BUILD_BUG_ON_MSG(!__builtin_constant_p(mask), "a field's mask is not constant");                         \
        BUILD_BUG_ON_MSG((mask) == 0, "a field's mask is zero");                                                 \
        BUILD_BUG_ON_MSG(__builtin_constant_p(value) && (~((mask) >> __bf_shf(mask)) & (value)),                 \
                         "a value is too large for its field");                                                  \
        BUILD_BUG_ON_MSG((((unsigned long long)(mask)) + (1ULL << __bf_shf(mask))) & (unsigned long long)(mask), \
                         "a field's mask has holes");                                                            \
    })
#define FIELD_MAX(mask)                               \
    ({                                                \
        ASHLAR_FIELD_CHECK(mask, 0ULL);               \
        (__typeof__(mask))((mask) >> __bf_shf(mask)); \
    })
#define FIELD_FIT(mask, value)                                        \
    ({                                                                \
        ASHLAR_FIELD_CHECK(mask, 0ULL);                               \
        !((((__typeof__(mask))(value)) << __bf_shf(mask)) & ~(mask)); \
    })
#define FIELD_PREP(mask, value)                                 \
    ({                                                          \
        ASHLAR_FIELD_CHECK(mask, value);                        \
        ((__typeof__(mask))(value) << __bf_shf(mask)) & (mask); \
    })
#define FIELD_GET(mask, word)                                    \
    ({                                                           \
        ASHLAR_FIELD_CHECK(mask, 0ULL);                          \
        (__typeof__(mask))(((word) & (mask)) >> __bf_shf(mask)); \
    })
#define FIELD_PREP_CONST(mask, value) ((((__typeof__(mask))(value)) << __builtin_ctzll(mask)) & (mask))
ASHLAR_BEGIN_C
__noreturn void __field_overflow(void) __attribute__((__error__("a value does not fit its field")));
__noreturn void __bad_mask(void) __attribute__((__error__("a field's mask is zero or has holes")));
ASHLAR_END_C
static __always_inline u64 field_multiplier(u64 field)
{
    if ((field | (field - 1)) & ((field | (field - 1)) + 1)) __bad_mask();
    return field & -field;
}
static __always_inline u64 field_mask(u64 field) { return field / field_multiplier(field); }
#define field_max(field) ((__typeof__(field))field_mask(field))
#define ASHLAR_FIELD_OPS(type, base, to, from)                                                \
    static __always_inline __##type type##_encode_bits(base value, base field)                \
    {                                                                                         \
        if (__builtin_constant_p(value) && (value & ~field_mask(field))) __field_overflow();  \
        return to((value & field_mask(field)) * field_multiplier(field));                     \
    }                                                                                         \
    static __always_inline __##type type##_replace_bits(__##type old, base value, base field) \
    {                                                                                         \
        return (__##type)((old & ~to(field)) | type##_encode_bits(value, field));             \
    }                                                                                         \
    static __always_inline void type##p_replace_bits(__##type *p, base value, base field)     \
    {                                                                                         \
        *p = (__##type)((*p & ~to(field)) | type##_encode_bits(value, field));                \
    }                                                                                         \
    static __always_inline base type##_get_bits(__##type v, base field)                       \
    {                                                                                         \
        return (base)((from(v) & field) / field_multiplier(field));                           \
    }
#define ASHLAR_FIELD_ITSELF
#define ASHLAR_FIELD_SIZE(size)                                             \
    ASHLAR_FIELD_OPS(le##size, u##size, cpu_to_le##size, le##size##_to_cpu) \
    ASHLAR_FIELD_OPS(be##size, u##size, cpu_to_be##size, be##size##_to_cpu) \
    ASHLAR_FIELD_OPS(u##size, u##size, ASHLAR_FIELD_ITSELF, ASHLAR_FIELD_ITSELF)
ASHLAR_FIELD_OPS(u8, u8, ASHLAR_FIELD_ITSELF, ASHLAR_FIELD_ITSELF)
ASHLAR_FIELD_SIZE(16)
ASHLAR_FIELD_SIZE(32)
ASHLAR_FIELD_SIZE(64)
#undef ASHLAR_FIELD_SIZE
#undef ASHLAR_FIELD_OPS
#undef ASHLAR_FIELD_ITSELF
