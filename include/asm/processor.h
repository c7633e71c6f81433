/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/processor.h>
