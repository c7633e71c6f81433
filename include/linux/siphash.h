/* SPDX-License-Identifier: MIT */
/* Keyed hashes; lib/siphash.c has the functions for any length. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/types.h>
#define SIPHASH_ALIGNMENT __alignof__(u64)
#define HSIPHASH_ALIGNMENT __alignof__(unsigned long)
typedef struct {
    u64 key[2];
} siphash_key_t;
typedef struct {
    unsigned long key[2];
} hsiphash_key_t;
static inline bool siphash_key_is_zero(const siphash_key_t *key) { return (key->key[0] | key->key[1]) == 0; }
ASHLAR_BEGIN_C
u64 __siphash_aligned(const void *data, size_t length, const siphash_key_t *key);
u64 __siphash_unaligned(const void *data, size_t length, const siphash_key_t *key);
u64 siphash_1u64(const u64 a, const siphash_key_t *key);
u64 siphash_2u64(const u64 a, const u64 b, const siphash_key_t *key);
u64 siphash_3u64(const u64 a, const u64 b, const u64 c, const siphash_key_t *key);
u64 siphash_4u64(const u64 a, const u64 b, const u64 c, const u64 d, const siphash_key_t *key);
u64 siphash_1u32(const u32 a, const siphash_key_t *key);
u64 siphash_3u32(const u32 a, const u32 b, const u32 c, const siphash_key_t *key);
u32 __hsiphash_aligned(const void *data, size_t length, const hsiphash_key_t *key);
u32 __hsiphash_unaligned(const void *data, size_t length, const hsiphash_key_t *key);
u32 hsiphash_1u32(const u32 a, const hsiphash_key_t *key);
u32 hsiphash_2u32(const u32 a, const u32 b, const hsiphash_key_t *key);
u32 hsiphash_3u32(const u32 a, const u32 b, const u32 c, const hsiphash_key_t *key);
u32 hsiphash_4u32(const u32 a, const u32 b, const u32 c, const u32 d, const hsiphash_key_t *key);
ASHLAR_END_C
static inline u64 siphash_2u32(const u32 a, const u32 b, const siphash_key_t *key)
{
    return siphash_1u64((u64)b << 32 | a, key);
}
static inline u64 siphash_4u32(const u32 a, const u32 b, const u32 c, const u32 d, const siphash_key_t *key)
{
    return siphash_2u64((u64)b << 32 | a, (u64)d << 32 | c, key);
}
/* This machine reads unaligned words at no cost (CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS). */
static inline u64 siphash(const void *data, size_t length, const siphash_key_t *key)
{
    return __siphash_unaligned(data, length, key);
}
static inline u32 hsiphash(const void *data, size_t length, const hsiphash_key_t *key)
{
    return __hsiphash_unaligned(data, length, key);
}
#define SIPHASH_CONST_0 0x736f6d6570736575ULL
#define SIPHASH_CONST_1 0x646f72616e646f6dULL
#define SIPHASH_CONST_2 0x6c7967656e657261ULL
#define SIPHASH_CONST_3 0x7465646279746573ULL
#define HSIPHASH_CONST_0 0U
#define HSIPHASH_CONST_1 0U
#define HSIPHASH_CONST_2 0x6c796765U
#define HSIPHASH_CONST_3 0x74656462U
/* One round on four 64-bit words: two pairs are mixed, swapped over, and mixed again. */
#define ASHLAR_SIP_MIX(x, y, turn) ((x) += (y), (y) = rol64((y), (turn)), (y) ^= (x))
#define SIPHASH_PERMUTATION(a, b, c, d)                                                                  \
    (ASHLAR_SIP_MIX(a, b, 13), (a) = rol64((a), 32), ASHLAR_SIP_MIX(c, d, 16), ASHLAR_SIP_MIX(a, d, 21), \
     ASHLAR_SIP_MIX(c, b, 17), (c) = rol64((c), 32))
#define ASHLAR_HSIP_MIX(x, y, turn) ((x) += (y), (y) = rol32((y), (turn)), (y) ^= (x))
#define HSIPHASH_PERMUTATION(a, b, c, d)                                                                 \
    (ASHLAR_HSIP_MIX(a, b, 5), (a) = rol32((a), 16), ASHLAR_HSIP_MIX(c, d, 8), ASHLAR_HSIP_MIX(a, d, 7), \
     ASHLAR_HSIP_MIX(c, b, 13), (c) = rol32((c), 16))
