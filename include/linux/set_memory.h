/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/vmalloc.h>
