/* SPDX-License-Identifier: MIT */
/* Multiplicative hashing by the golden ratio; the high bits of the product are the good ones. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define GOLDEN_RATIO_32 0x61C88647
#define GOLDEN_RATIO_64 0x61C8864680B583EBull
#define GOLDEN_RATIO_PRIME GOLDEN_RATIO_64
static inline u32 __hash_32(u32 value) { return value * GOLDEN_RATIO_32; }
#define __hash_32_generic __hash_32
static inline u32 hash_32(u32 value, unsigned int bits) { return __hash_32(value) >> (32 - bits); }
static __always_inline u32 hash_64_generic(u64 value, unsigned int bits)
{
    return (u32)(value * GOLDEN_RATIO_64 >> (64 - bits));
}
#define hash_64 hash_64_generic
#define hash_long(value, bits) hash_64(value, bits)
static inline u32 hash_ptr(const void *pointer, unsigned int bits) { return hash_long((unsigned long)pointer, bits); }
static inline u32 hash32_ptr(const void *pointer)
{
    unsigned long value = (unsigned long)pointer;
    return (u32)(value ^ (value >> 32));
}
