/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern u16 const crc16_table[256];
u16 crc16(u16 crc, const u8 *buffer, size_t length);
ASHLAR_END_C
static inline u16 crc16_byte(u16 crc, const u8 byte) { return (u16)((crc >> 8) ^ crc16_table[(crc ^ byte) & 0xff]); }
