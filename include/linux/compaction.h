/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_COMPACTION: nobody moves pages. */
#pragma once
#include <linux/kconfig.h>
#include <linux/migrate.h>
