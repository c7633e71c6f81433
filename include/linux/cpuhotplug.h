/* SPDX-License-Identifier: MIT */
/*
 * What has to be done on every CPU before it is used. CPUs neither come nor go: startup runs for each
 * when the state is set up, teardown when it is removed.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
enum cpuhp_state {
    /* Before the CPU runs: called anywhere. */
    CPUHP_RADIX_DEAD = 1,
    CPUHP_SLUB_DEAD,
    CPUHP_IRQ_POLL_DEAD,
    CPUHP_PERCPU_CNT_DEAD,
    CPUHP_LIB_PERCPU_CNT_DEAD,
    CPUHP_MM_ZS_PREPARE,
    CPUHP_ZCOMP_PREPARE,
    CPUHP_BP_PREPARE_DYN,
    CPUHP_BP_PREPARE_DYN_END = CPUHP_BP_PREPARE_DYN + 20,
    CPUHP_BRINGUP_CPU,
    /* On the CPU itself, in one of its threads. */
    CPUHP_AP_ONLINE_DYN,
    CPUHP_AP_ONLINE_DYN_END = CPUHP_AP_ONLINE_DYN + 30,
    CPUHP_ONLINE
};
ASHLAR_BEGIN_C
/* 0, or which one it is of the states ..._DYN; what startup answers other than 0, all undone; -EBUSY
 * when somebody has the state; -ENOSPC. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool call, int (*startup)(unsigned int cpu),
                        int (*teardown)(unsigned int cpu));
void __cpuhp_remove_state(enum cpuhp_state state, bool call);
ASHLAR_END_C
#define cpuhp_setup_state(state, name, startup, teardown) \
    __cpuhp_setup_state((state), (name), true, (startup), (teardown))
#define cpuhp_setup_state_nocalls(state, name, startup, teardown) \
    __cpuhp_setup_state((state), (name), false, (startup), (teardown))
#define cpuhp_setup_state_cpuslocked(state, name, startup, teardown) cpuhp_setup_state(state, name, startup, teardown)
#define cpuhp_setup_state_nocalls_cpuslocked(state, name, startup, teardown) \
    cpuhp_setup_state_nocalls(state, name, startup, teardown)
#define cpuhp_remove_state(state) __cpuhp_remove_state((state), true)
#define cpuhp_remove_state_nocalls(state) __cpuhp_remove_state((state), false)
