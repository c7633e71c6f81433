/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define CRC64_ROCKSOFT_STRING "crc64-rocksoft"
ASHLAR_BEGIN_C
u64 __pure crc64_be(u64 crc, const void *data, size_t length);
u64 __pure crc64_rocksoft_generic(u64 crc, const void *data, size_t length);
ASHLAR_END_C
