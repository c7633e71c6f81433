/* SPDX-License-Identifier: MIT */
#pragma once
#include <asm/timex.h>
#include <linux/ktime.h>
