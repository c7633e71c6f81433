/* SPDX-License-Identifier: MIT */
/* Bob Jenkins' lookup3 hash, as its public description gives it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/unaligned.h>
#define jhash_size(n) ((u32)1 << (n))
#define jhash_mask(n) (jhash_size(n) - 1)
#define JHASH_INITVAL 0xdeadbeef
#define ASHLAR_JHASH_STEP(x, y, z, turn) ((x) -= (z), (x) ^= rol32((z), (turn)), (z) += (y))
#define __jhash_mix(a, b, c)                                                                      \
    (ASHLAR_JHASH_STEP(a, b, c, 4), ASHLAR_JHASH_STEP(b, c, a, 6), ASHLAR_JHASH_STEP(c, a, b, 8), \
     ASHLAR_JHASH_STEP(a, b, c, 16), ASHLAR_JHASH_STEP(b, c, a, 19), ASHLAR_JHASH_STEP(c, a, b, 4))
#define ASHLAR_JHASH_END(x, y, turn) ((x) ^= (y), (x) -= rol32((y), (turn)))
#define __jhash_final(a, b, c)                                                                                       \
    (ASHLAR_JHASH_END(c, b, 14), ASHLAR_JHASH_END(a, c, 11), ASHLAR_JHASH_END(b, a, 25), ASHLAR_JHASH_END(c, b, 16), \
     ASHLAR_JHASH_END(a, c, 4), ASHLAR_JHASH_END(b, a, 14), ASHLAR_JHASH_END(c, b, 24))
static inline u32 jhash(const void *key, u32 length, u32 initval)
{
    const u8 *at = (const u8 *)key;
    u32 word[3], part[3] = {0, 0, 0};

    word[0] = word[1] = word[2] = JHASH_INITVAL + length + initval;
    for (; length > 12; length -= 12, at += 12) {
        for (int i = 0; i < 3; i++) {
            u32 next;
            __builtin_memcpy(&next, at + 4 * i, 4);
            word[i] += next;
        }
        __jhash_mix(word[0], word[1], word[2]);
    }
    if (length == 0) return word[2];
    __builtin_memcpy(part, at, length);
    for (int i = 0; i < 3; i++) word[i] += part[i];
    __jhash_final(word[0], word[1], word[2]);
    return word[2];
}
static inline u32 jhash2(const u32 *key, u32 length, u32 initval)
{
    u32 a, b, c;

    a = b = c = JHASH_INITVAL + (length << 2) + initval;
    for (; length > 3; length -= 3, key += 3) {
        a += key[0];
        b += key[1];
        c += key[2];
        __jhash_mix(a, b, c);
    }
    if (length == 0) return c;
    if (length > 2) c += key[2];
    if (length > 1) b += key[1];
    a += key[0];
    __jhash_final(a, b, c);
    return c;
}
static inline u32 __jhash_nwords(u32 a, u32 b, u32 c, u32 start)
{
    a += start;
    b += start;
    c += start;
    __jhash_final(a, b, c);
    return c;
}
static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
    return __jhash_nwords(a, b, c, initval + JHASH_INITVAL + (3 << 2));
}
static inline u32 jhash_2words(u32 a, u32 b, u32 initval)
{
    return __jhash_nwords(a, b, 0, initval + JHASH_INITVAL + (2 << 2));
}
static inline u32 jhash_1word(u32 a, u32 initval)
{
    return __jhash_nwords(a, 0, 0, initval + JHASH_INITVAL + (1 << 2));
}
