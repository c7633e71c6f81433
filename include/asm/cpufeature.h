/* SPDX-License-Identifier: MIT */
/* What the compiler may use is what the code may use: no run-time features. */
#pragma once
#include <linux/kconfig.h>
#define boot_cpu_has(feature) 0
#define static_cpu_has(feature) 0
#define cpu_has_feature(feature) 0
