/* SPDX-License-Identifier: MIT */
/* One user: who runs the process may do what a driver asks about. */
#pragma once
#include <linux/kconfig.h>
#include <linux/uidgid.h>
struct cred {
    kuid_t uid, euid, fsuid;
    kgid_t gid, egid, fsgid;
};
