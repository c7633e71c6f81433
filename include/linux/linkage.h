/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler_types.h>
#include <linux/export.h>
#define asmlinkage
