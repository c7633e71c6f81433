/* SPDX-License-Identifier: MIT */
/* Who the machine says that it is. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define __NEW_UTS_LEN 64
struct new_utsname {
    char sysname[__NEW_UTS_LEN + 1];
    char nodename[__NEW_UTS_LEN + 1];
    char release[__NEW_UTS_LEN + 1];
    char version[__NEW_UTS_LEN + 1];
    char machine[__NEW_UTS_LEN + 1];
    char domainname[__NEW_UTS_LEN + 1];
};
struct uts_namespace {
    struct new_utsname name;
};
ASHLAR_BEGIN_C
extern struct uts_namespace init_uts_ns;
ASHLAR_END_C
static inline struct new_utsname *init_utsname(void) { return &init_uts_ns.name; }
#define utsname() init_utsname()
