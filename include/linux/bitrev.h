/* SPDX-License-Identifier: MIT */
/* Mirrored bits; by a table, as Linux's lib/bitrev.c has it (the library brings its own). */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern u8 const byte_rev_table[256];
ASHLAR_END_C
static inline u8 __bitrev8(u8 byte) { return byte_rev_table[byte]; }
static inline u16 __bitrev16(u16 x) { return (u16)((__bitrev8((u8)x) << 8) | __bitrev8((u8)(x >> 8))); }
static inline u32 __bitrev32(u32 x) { return ((u32)__bitrev16((u16)x) << 16) | __bitrev16((u16)(x >> 16)); }
#define bitrev8(x) __bitrev8((u8)(x))
#define bitrev16(x) __bitrev16((u16)(x))
#define bitrev32(x) __bitrev32((u32)(x))
#define bitrev8x4(x) __builtin_bswap32(bitrev32(x))
