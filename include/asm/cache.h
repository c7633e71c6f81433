/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/cache.h>
