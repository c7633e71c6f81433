/* SPDX-License-Identifier: MIT */
/* Binary-coded decimal: a digit in every half byte. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
ASHLAR_BEGIN_C
unsigned _bcd2bin(unsigned char value) __attribute_const__;
unsigned char _bin2bcd(unsigned value) __attribute_const__;
ASHLAR_END_C
#define const_bcd2bin(x) (((x)&0x0f) + ((x) >> 4) * 10)
#define const_bin2bcd(x) ((((x) / 10) << 4) + (x) % 10)
#define bcd2bin(x) (__builtin_constant_p((u8)(x)) ? const_bcd2bin((u8)(x)) : _bcd2bin(x))
#define bin2bcd(x) (__builtin_constant_p((u8)(x)) ? const_bin2bcd((u8)(x)) : _bin2bcd(x))
#define bcd_is_valid(x) (((x)&0x0f) < 10 && ((x) >> 4) < 10)
