/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#define touch_nmi_watchdog() ((void)0)
#define touch_softlockup_watchdog() ((void)0)
#define touch_all_softlockup_watchdogs() ((void)0)
