/* SPDX-License-Identifier: MIT */
#pragma once
#include <asm/page.h>
