/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
struct task_struct;
ASHLAR_BEGIN_C
struct task_struct *ashlar_current(void);
ASHLAR_END_C
#ifdef __cplusplus
/* An object and not a macro: members of the C++ library have this name. */
struct ashlar_current_task {
    operator task_struct *() const { return ashlar_current(); }
    task_struct *operator->() const { return ashlar_current(); }
};
inline constexpr ashlar_current_task current{};
#else
#define current ashlar_current()
#endif
#define get_current() ashlar_current()
