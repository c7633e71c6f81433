/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern u16 const crc_ccitt_table[256];
extern u16 const crc_ccitt_false_table[256];
u16 crc_ccitt(u16 crc, const u8 *buffer, size_t length);
u16 crc_ccitt_false(u16 crc, const u8 *buffer, size_t length);
ASHLAR_END_C
static inline u16 crc_ccitt_byte(u16 crc, const u8 byte)
{
    return (u16)((crc >> 8) ^ crc_ccitt_table[(crc ^ byte) & 0xff]);
}
static inline u16 crc_ccitt_false_byte(u16 crc, const u8 byte)
{
    return (u16)((crc << 8) ^ crc_ccitt_false_table[(crc >> 8) ^ byte]);
}
