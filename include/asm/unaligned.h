/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/unaligned.h>
