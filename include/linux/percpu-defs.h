/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/percpu.h>
