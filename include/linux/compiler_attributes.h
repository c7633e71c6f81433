/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/compiler_types.h>
