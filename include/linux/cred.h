/* SPDX-License-Identifier: MIT */
/* One user, root: what a driver asks about is allowed until a task commits other credentials. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
struct user_struct {
    kuid_t uid;
};
struct cred {
    atomic_t usage;
    kuid_t uid, suid, euid, fsuid;
    kgid_t gid, sgid, egid, fsgid;
    kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
    struct user_struct *user;
    struct user_namespace *user_ns;
    struct rcu_head rcu;
};
ASHLAR_BEGIN_C
/* The first, which every task begins with. They are nobody's; of others a task has a reference. */
extern struct cred init_cred;
struct cred *prepare_creds(void);
int commit_creds(struct cred *fresh);
void abort_creds(struct cred *fresh);
void __put_cred(struct cred *cred);
void ashlar_forget_cred(const struct cred *cred);
ASHLAR_END_C
#define current_cred() (current->cred)
#define __task_cred(task) ((task)->real_cred)
#define current_uid() (current_cred()->uid)
#define current_euid() (current_cred()->euid)
#define current_fsuid() (current_cred()->fsuid)
#define current_gid() (current_cred()->gid)
#define current_egid() (current_cred()->egid)
#define current_fsgid() (current_cred()->fsgid)
#define current_uid_gid(u, g) ((void)(*(u) = current_uid(), *(g) = current_gid()))
#define current_user() (current_cred()->user)
#define current_user_ns() (current_cred()->user_ns)
#define task_uid(task) (__task_cred(task)->uid)
#define task_euid(task) (__task_cred(task)->euid)
static inline const struct cred *get_cred(const struct cred *cred)
{
    if (cred) atomic_inc(&((struct cred *)cred)->usage);
    return cred;
}
static inline void put_cred(const struct cred *cred)
{
    if (cred && atomic_dec_and_test(&((struct cred *)cred)->usage)) __put_cred((struct cred *)cred);
}
#define get_current_cred() get_cred(current_cred())
#define get_task_cred(task) get_cred(__task_cred(task))
