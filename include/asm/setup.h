/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#define COMMAND_LINE_SIZE 2048
