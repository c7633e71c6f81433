/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/types.h>
#define QUIRK_MSB_ON_THE_RIGHT BIT(0)
#define QUIRK_LITTLE_ENDIAN BIT(1)
#define QUIRK_LSW32_IS_FIRST BIT(2)
enum packing_op { PACK, UNPACK };
ASHLAR_BEGIN_C
int packing(void *buffer, u64 *value, int startbit, int endbit, size_t length, enum packing_op op, u8 quirks);
ASHLAR_END_C
