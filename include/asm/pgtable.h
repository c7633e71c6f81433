/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/pgtable.h>
