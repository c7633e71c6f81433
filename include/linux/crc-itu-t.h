/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern const u16 crc_itu_t_table[256];
u16 crc_itu_t(u16 crc, const u8 *buffer, size_t length);
ASHLAR_END_C
static inline u16 crc_itu_t_byte(u16 crc, const u8 byte)
{
    return (u16)((crc << 8) ^ crc_itu_t_table[((crc >> 8) ^ byte) & 0xff]);
}
