/* SPDX-License-Identifier: MIT */
/*
 * Read-copy-update with real grace periods: synchronize_rcu() returns when every context that was
 * inside a read-side section, or ran with preemption or interrupts off, has left it once.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
void synchronize_rcu(void);
void call_rcu(struct rcu_head *head, rcu_callback_t function);
void rcu_barrier(void);
unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long cookie);
void cond_synchronize_rcu(unsigned long cookie);
/* Frees `object` (kmalloc or vmalloc memory) after a grace period; `offset` is the rcu_head's. */
void ashlar_kvfree_call_rcu(struct rcu_head *head, void *object);
ASHLAR_END_C

static inline void rcu_read_lock_bh(void) { local_bh_disable(); }
static inline void rcu_read_unlock_bh(void) { local_bh_enable(); }
static inline void rcu_read_lock_sched(void) { preempt_disable(); }
static inline void rcu_read_unlock_sched(void) { preempt_enable(); }
#define rcu_read_lock_sched_notrace() preempt_disable()
#define rcu_read_unlock_sched_notrace() preempt_enable()
#define rcu_read_lock_bh_held() in_softirq()
#define rcu_read_lock_sched_held() (!preemptible())
#define rcu_read_lock_any_held() (rcu_read_lock_held() || !preemptible())
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_sched() synchronize_rcu()
#define synchronize_net() synchronize_rcu()
#define call_rcu_hurry(head, function) call_rcu(head, function)
#define cond_resched_rcu() cond_resched()
#define cond_resched_tasks_rcu_qs() cond_resched()
#define rcu_softirq_qs() ((void)0)
#define rcu_is_watching() true
#define rcu_expedite_gp() ((void)0)
#define rcu_unexpedite_gp() ((void)0)
#define init_rcu_head(head) ((void)(head))
#define destroy_rcu_head(head) ((void)(head))
#define init_rcu_head_on_stack(head) ((void)(head))
#define destroy_rcu_head_on_stack(head) ((void)(head))
static inline bool rcu_head_after_call_rcu(struct rcu_head *head, rcu_callback_t function)
{
    rcu_callback_t set = READ_ONCE(head->func);
    return set != (rcu_callback_t)~0UL && set == function;
}
static inline void rcu_head_init(struct rcu_head *head) { head->func = (rcu_callback_t)~0UL; }

#define RCU_INITIALIZER(value) (__typeof__(*(value)) __rcu *)(value)
#define RCU_INIT_POINTER(pointer, value) WRITE_ONCE(pointer, value)
#define rcu_assign_pointer(pointer, value) __atomic_store_n(&(pointer), (__typeof__(pointer))(value), __ATOMIC_RELEASE)
#define rcu_replace_pointer(pointer, value, condition) \
    ({                                                 \
        __typeof__(pointer) ashlar_was = (pointer);    \
        rcu_assign_pointer(pointer, value);            \
        ashlar_was;                                    \
    })
#define ASHLAR_DEREFERENCE(pointer) __atomic_load_n(&(pointer), __ATOMIC_CONSUME)
#define rcu_access_pointer(pointer) READ_ONCE(pointer)
#define rcu_dereference(pointer) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_raw(pointer) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_raw_check(pointer) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_check(pointer, condition) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_bh(pointer) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_bh_check(pointer, condition) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_sched(pointer) ASHLAR_DEREFERENCE(pointer)
#define rcu_dereference_protected(pointer, condition) (pointer)
#define rcu_dereference_bh_protected(pointer, condition) (pointer)
#define rcu_pointer_handoff(pointer) (pointer)
#define unrcu_pointer(pointer) (pointer)
#define rcu_swap_protected(rcu_pointer, pointer, condition) \
    do {                                                    \
        __typeof__(pointer) ashlar_was = (rcu_pointer);     \
        rcu_assign_pointer(rcu_pointer, pointer);           \
        (pointer) = ashlar_was;                             \
    } while (0)
#define RCU_LOCKDEP_WARN(condition, text) ((void)0)
#define rcu_sleep_check() ((void)0)

/* kfree_rcu(pointer, member) or, where sleeping is allowed, kfree_rcu(pointer). */
#define ASHLAR_KFREE_RCU_2(pointer, member)                                                 \
    do {                                                                                    \
        __typeof__(pointer) ashlar_gone = (pointer);                                        \
        if (ashlar_gone) ashlar_kvfree_call_rcu(&ashlar_gone->member, (void *)ashlar_gone); \
    } while (0)
#define ASHLAR_KFREE_RCU_1(pointer)                                         \
    do {                                                                    \
        __typeof__(pointer) ashlar_gone = (pointer);                        \
        if (ashlar_gone) ashlar_kvfree_call_rcu(NULL, (void *)ashlar_gone); \
    } while (0)
#define ASHLAR_THIRD(a, b, c, ...) c
#define kvfree_rcu(...) ASHLAR_THIRD(__VA_ARGS__, ASHLAR_KFREE_RCU_2, ASHLAR_KFREE_RCU_1, )(__VA_ARGS__)
#define kfree_rcu(...) kvfree_rcu(__VA_ARGS__)
#define kfree_rcu_mightsleep(pointer) ASHLAR_KFREE_RCU_1(pointer)
#define kvfree_rcu_mightsleep(pointer) ASHLAR_KFREE_RCU_1(pointer)
