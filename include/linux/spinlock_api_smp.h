/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/spinlock.h>
