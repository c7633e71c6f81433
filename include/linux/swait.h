/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/wait.h>
