/* SPDX-License-Identifier: MIT */
/* The sums themselves are Linux's lib/crc32.c, which a program brings if it needs them. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitrev.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
u32 crc32_le(u32 crc, unsigned char const *buffer, size_t length);
u32 crc32_be(u32 crc, unsigned char const *buffer, size_t length);
u32 __crc32c_le(u32 crc, unsigned char const *buffer, size_t length);
u32 crc32_le_shift(u32 crc, size_t length) __attribute_const__;
u32 __crc32c_le_shift(u32 crc, size_t length) __attribute_const__;
ASHLAR_END_C
static inline u32 crc32_le_combine(u32 first, u32 second, size_t second_length)
{
    return crc32_le_shift(first, second_length) ^ second;
}
static inline u32 __crc32c_le_combine(u32 first, u32 second, size_t second_length)
{
    return __crc32c_le_shift(first, second_length) ^ second;
}
#define crc32(seed, data, length) crc32_le(seed, (unsigned char const *)(data), length)
#define ether_crc_le(length, data) crc32_le(~0, data, length)
#define ether_crc(length, data) bitrev32(crc32_le(~0, data, length))
