/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
uint8_t crc4(uint8_t crc, uint64_t x, int bits);
ASHLAR_END_C
