/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
ASHLAR_BEGIN_C
/* "-ENOMEM" for 12 or -12; NULL for a number that has no name. */
const char *errname(int error);
ASHLAR_END_C
