/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/numa.h>
