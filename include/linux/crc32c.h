/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/crc32.h>
ASHLAR_BEGIN_C
u32 crc32c(u32 crc, const void *data, unsigned int length);
ASHLAR_END_C
#define crc32c_le crc32c
