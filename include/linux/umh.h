/* SPDX-License-Identifier: MIT */
/* Programs that a kernel starts. There is no user space, so none is: as in Linux before it has one. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp_types.h>
#include <linux/types.h>
#define UMH_NO_WAIT 0x00
#define UMH_WAIT_EXEC 0x01
#define UMH_WAIT_PROC 0x02
#define UMH_KILLABLE 0x04
#define UMH_FREEZABLE 0x08
struct cred;
struct subprocess_info {
    const char *path;
    char **argv, **envp;
    int wait, retval;
    int (*init)(struct subprocess_info *info, struct cred *fresh);
    void (*cleanup)(struct subprocess_info *info);
    void *data;
};
ASHLAR_BEGIN_C
/* -EBUSY, or -EINVAL without a path; `cleanup` runs in any case, and the setup is freed. */
int call_usermodehelper_exec(struct subprocess_info *info, int wait);
struct subprocess_info *call_usermodehelper_setup(const char *path, char **argv, char **envp, gfp_t flags,
                                                  int (*init)(struct subprocess_info *info, struct cred *fresh),
                                                  void (*cleanup)(struct subprocess_info *info), void *data);
/* Both; -ENOMEM. */
int call_usermodehelper(const char *path, char **argv, char **envp, int wait);
ASHLAR_END_C
