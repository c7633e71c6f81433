/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/ktime.h>
