/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
typedef struct {
    uid_t val;
} kuid_t;
typedef struct {
    gid_t val;
} kgid_t;
#define GLOBAL_ROOT_UID \
    (kuid_t) { 0 }
#define GLOBAL_ROOT_GID \
    (kgid_t) { 0 }
static inline uid_t __kuid_val(kuid_t uid) { return uid.val; }
static inline gid_t __kgid_val(kgid_t gid) { return gid.val; }
static inline bool uid_eq(kuid_t a, kuid_t b) { return a.val == b.val; }
static inline bool gid_eq(kgid_t a, kgid_t b) { return a.val == b.val; }
