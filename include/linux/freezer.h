/* SPDX-License-Identifier: MIT */
/* Nothing is ever frozen. */
#pragma once
#include <linux/kconfig.h>
#include <linux/sched.h>
#include <linux/wait.h>
#define freezing(task) false
#define frozen(task) false
#define try_to_freeze() false
#define set_freezable() false
#define set_freezable_with_signal() false
#define freezer_do_not_count() ((void)0)
#define freezer_count() ((void)0)
