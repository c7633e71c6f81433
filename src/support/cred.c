// Credentials: a task has the first user's until it commits a changed copy. And the machine's name.

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>

struct user_namespace init_user_ns;
struct uts_namespace init_uts_ns = {{.sysname = "Linux",
                                     .nodename = "ashlar",
                                     .release = "6.1.0-ashlar",
                                     .version = "#1 SMP PREEMPT",
                                     .machine = "x86_64",
                                     .domainname = "(none)"}};
static struct user_struct root_user;
#define ALL_CAPABILITIES \
    {                    \
        {                \
            ~0u, ~0u     \
        }                \
    }
struct cred init_cred = {.usage = ATOMIC_INIT(2), /* never freed */
                         .cap_permitted = ALL_CAPABILITIES,
                         .cap_effective = ALL_CAPABILITIES,
                         .cap_bset = ALL_CAPABILITIES,
                         .user = &root_user,
                         .user_ns = &init_user_ns};

struct cred *prepare_creds(void)
{
    struct cred *fresh = kmemdup(current_cred(), sizeof(*fresh), GFP_KERNEL);

    if (fresh) atomic_set(&fresh->usage, 1);
    return fresh;
}

int commit_creds(struct cred *fresh)
{
    const struct cred *before = current->cred;

    current->cred = current->real_cred = fresh;
    ashlar_forget_cred(before);
    return 0;
}

void abort_creds(struct cred *fresh) { put_cred(fresh); }
/* Somebody who found them as a reader of RCU may still look. */
void __put_cred(struct cred *cred) { kfree_rcu(cred, rcu); }
void ashlar_forget_cred(const struct cred *cred)
{
    if (cred != &init_cred) put_cred(cred);
}

bool capable(int capability)
{
    return (current_cred()->cap_effective.cap[capability >> 5] >> (capability & 31) & 1) != 0;
}
