/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/bitops.h>
