/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
bool __pure glob_match(char const *pattern, char const *text);
ASHLAR_END_C
