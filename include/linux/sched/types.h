/* SPDX-License-Identifier: MIT */
/* libc asks for this file: the system's own has what both sides need. */
#pragma once
#include_next <linux/sched/types.h>
