/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler_types.h>
#include <linux/types.h>
struct user_namespace;
typedef struct {
    uid_t val;
} kuid_t;
typedef struct {
    gid_t val;
} kgid_t;
ASHLAR_BEGIN_C
extern struct user_namespace init_user_ns;
ASHLAR_END_C
#ifdef __cplusplus
#define KUIDT_INIT(value) (kuid_t{(value)})
#define KGIDT_INIT(value) (kgid_t{(value)})
#else
#define KUIDT_INIT(value) ((kuid_t){(value)})
#define KGIDT_INIT(value) ((kgid_t){(value)})
#endif
#define GLOBAL_ROOT_UID KUIDT_INIT(0)
#define GLOBAL_ROOT_GID KGIDT_INIT(0)
#define INVALID_UID KUIDT_INIT((uid_t)-1)
#define INVALID_GID KGIDT_INIT((gid_t)-1)
static inline uid_t __kuid_val(kuid_t uid) { return uid.val; }
static inline gid_t __kgid_val(kgid_t gid) { return gid.val; }
static inline bool uid_eq(kuid_t a, kuid_t b) { return a.val == b.val; }
static inline bool gid_eq(kgid_t a, kgid_t b) { return a.val == b.val; }
static inline bool uid_lt(kuid_t a, kuid_t b) { return a.val < b.val; }
static inline bool gid_lt(kgid_t a, kgid_t b) { return a.val < b.val; }
static inline bool uid_gt(kuid_t a, kuid_t b) { return a.val > b.val; }
static inline bool gid_gt(kgid_t a, kgid_t b) { return a.val > b.val; }
static inline bool uid_valid(kuid_t uid) { return uid.val != (uid_t)-1; }
static inline bool gid_valid(kgid_t gid) { return gid.val != (gid_t)-1; }
/* One namespace. */
#define make_kuid(ns, uid) ((void)(ns), KUIDT_INIT(uid))
#define make_kgid(ns, gid) ((void)(ns), KGIDT_INIT(gid))
#define from_kuid(ns, uid) ((void)(ns), __kuid_val(uid))
#define from_kgid(ns, gid) ((void)(ns), __kgid_val(gid))
#define from_kuid_munged(ns, uid) from_kuid(ns, uid)
#define from_kgid_munged(ns, gid) from_kgid(ns, gid)
