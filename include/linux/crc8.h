/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define CRC8_INIT_VALUE 0xFF
#define CRC8_TABLE_SIZE 256
#define CRC8_GOOD_VALUE(table) (table[0xFF])
#define DECLARE_CRC8_TABLE(name) static u8 name[CRC8_TABLE_SIZE]
ASHLAR_BEGIN_C
void crc8_populate_lsb(u8 table[CRC8_TABLE_SIZE], u8 polynomial);
void crc8_populate_msb(u8 table[CRC8_TABLE_SIZE], u8 polynomial);
u8 crc8(const u8 table[CRC8_TABLE_SIZE], const u8 *data, size_t count, u8 crc);
ASHLAR_END_C
