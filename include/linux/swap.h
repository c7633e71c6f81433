/* SPDX-License-Identifier: MIT */
/* Nothing is swapped; the numbers about memory are real. */
#pragma once
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#define SWAP_CLUSTER_MAX 32UL
#define current_is_kswapd() 0
