/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/bug.h>
