/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#define STMP_OFFSET_REG_SET 0x4
#define STMP_OFFSET_REG_CLR 0x8
#define STMP_OFFSET_REG_TOG 0xc
ASHLAR_BEGIN_C
int stmp_reset_block(void __iomem *address);
ASHLAR_END_C
