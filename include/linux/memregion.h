/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
int memregion_alloc(gfp_t flags);
void memregion_free(int id);
ASHLAR_END_C
