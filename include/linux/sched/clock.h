/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
ASHLAR_BEGIN_C
u64 sched_clock(void);
u64 local_clock(void);
ASHLAR_END_C
