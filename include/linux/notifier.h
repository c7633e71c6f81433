/* SPDX-License-Identifier: MIT */
/* Chains of callbacks in the order of their priority. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *block, unsigned long action, void *data);
struct notifier_block {
    notifier_fn_t notifier_call;
    struct notifier_block __rcu *next;
    int priority;
};
struct atomic_notifier_head {
    spinlock_t lock;
    struct notifier_block __rcu *head;
};
struct blocking_notifier_head {
    struct rw_semaphore rwsem;
    struct notifier_block __rcu *head;
};
struct raw_notifier_head {
    struct notifier_block __rcu *head;
};
#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)
static inline int notifier_from_errno(int error) { return error ? NOTIFY_STOP_MASK | (NOTIFY_OK - error) : NOTIFY_OK; }
static inline int notifier_to_errno(int result)
{
    result &= ~NOTIFY_STOP_MASK;
    return result > NOTIFY_OK ? NOTIFY_OK - result : 0;
}
#define ATOMIC_NOTIFIER_INIT(name)                            \
    {                                                         \
        .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = NULL \
    }
#define BLOCKING_NOTIFIER_INIT(name)                             \
    {                                                            \
        .rwsem = __RWSEM_INITIALIZER((name).rwsem), .head = NULL \
    }
#define RAW_NOTIFIER_INIT(name) \
    {                           \
        .head = NULL            \
    }
#define ATOMIC_NOTIFIER_HEAD(name) struct atomic_notifier_head name = ATOMIC_NOTIFIER_INIT(name)
#define BLOCKING_NOTIFIER_HEAD(name) struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)
#define RAW_NOTIFIER_HEAD(name) struct raw_notifier_head name = RAW_NOTIFIER_INIT(name)
#define ATOMIC_INIT_NOTIFIER_HEAD(name) (spin_lock_init(&(name)->lock), (name)->head = NULL)
#define BLOCKING_INIT_NOTIFIER_HEAD(name) \
    do {                                  \
        init_rwsem(&(name)->rwsem);       \
        (name)->head = NULL;              \
    } while (0)
#define RAW_INIT_NOTIFIER_HEAD(name) ((name)->head = NULL)
ASHLAR_BEGIN_C
int atomic_notifier_chain_register(struct atomic_notifier_head *head, struct notifier_block *block);
int atomic_notifier_chain_unregister(struct atomic_notifier_head *head, struct notifier_block *block);
int atomic_notifier_call_chain(struct atomic_notifier_head *head, unsigned long action, void *data);
int blocking_notifier_chain_register(struct blocking_notifier_head *head, struct notifier_block *block);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *head, struct notifier_block *block);
int blocking_notifier_call_chain(struct blocking_notifier_head *head, unsigned long action, void *data);
int raw_notifier_chain_register(struct raw_notifier_head *head, struct notifier_block *block);
int raw_notifier_chain_unregister(struct raw_notifier_head *head, struct notifier_block *block);
int raw_notifier_call_chain(struct raw_notifier_head *head, unsigned long action, void *data);
ASHLAR_END_C
