/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#define debug_locks 1
#define debug_locks_off() 0
#define DEBUG_LOCKS_WARN_ON(condition) WARN_ON(condition)
#define SMP_DEBUG_LOCKS_WARN_ON(condition) WARN_ON(condition)
#define debug_show_all_locks() ((void)0)
#define debug_show_held_locks(task) ((void)(task))
#define debug_check_no_locks_freed(from, length) ((void)(from))
#define debug_check_no_locks_held() ((void)0)
