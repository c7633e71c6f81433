/* SPDX-License-Identifier: MIT */
/* Reading strings a word at a time: which byte of a word is the first zero. */
#pragma once
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
struct word_at_a_time {
    const unsigned long one_bits, high_bits;
};
#define WORD_AT_A_TIME_CONSTANTS             \
    {                                        \
        REPEAT_BYTE(0x01), REPEAT_BYTE(0x80) \
    }
static inline unsigned long has_zero(unsigned long word, unsigned long *bits, const struct word_at_a_time *c)
{
    *bits = (word - c->one_bits) & ~word & c->high_bits;
    return *bits;
}
static inline unsigned long prep_zero_mask(unsigned long word, unsigned long bits, const struct word_at_a_time *c)
{
    (void)word;
    (void)c;
    return bits;
}
/* Ones below the first zero byte. */
static inline unsigned long create_zero_mask(unsigned long bits) { return ((bits - 1) & ~bits) >> 7; }
#define zero_bytemask(mask) (mask)
static inline unsigned long find_zero(unsigned long mask) { return mask ? (unsigned long)fls64(mask) / 8 : 0; }
static inline unsigned long read_word_at_a_time(const void *address)
{
    return *(const volatile unsigned long *)address;
}
/* May read up to seven bytes past the text, but not into a page that the text does not reach. */
static inline unsigned long load_unaligned_zeropad(const void *address)
{
    unsigned long at = (unsigned long)address, shift = (at & 7) * 8, word;
    if ((at & 4095) <= 4088) {
        __builtin_memcpy(&word, address, sizeof(word));
        return word;
    }
    word = *(const unsigned long *)(at & ~7UL);
    return word >> shift;
}
