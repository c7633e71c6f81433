/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
extern const u8 crc7_be_syndrome_table[256];
u8 crc7_be(u8 crc, const u8 *buffer, size_t length);
ASHLAR_END_C
static inline u8 crc7_be_byte(u8 crc, u8 byte) { return crc7_be_syndrome_table[crc ^ byte]; }
