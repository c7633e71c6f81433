/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/compiler.h>
struct task_struct;
ASHLAR_BEGIN_C
struct task_struct *ashlar_current(void);
ASHLAR_END_C
#define current ashlar_current()
#define get_current() ashlar_current()
