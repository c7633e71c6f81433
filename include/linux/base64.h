/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define BASE64_CHARS(bytes) DIV_ROUND_UP((bytes)*4, 3)
ASHLAR_BEGIN_C
int base64_encode(const u8 *from, int length, char *to);
int base64_decode(const char *from, int length, u8 *to);
ASHLAR_END_C
