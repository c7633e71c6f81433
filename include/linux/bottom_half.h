/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/preempt.h>
