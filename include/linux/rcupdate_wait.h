/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/rcupdate.h>
