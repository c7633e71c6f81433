/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
enum cpuhp_state {
    CPUHP_RADIX_DEAD,
    CPUHP_SLUB_DEAD,
    CPUHP_PERCPU_CNT_DEAD,
    CPUHP_LIB_PERCPU_CNT_DEAD,
    CPUHP_MM_ZS_PREPARE,
    CPUHP_ZCOMP_PREPARE,
    CPUHP_AP_ONLINE_DYN
};
/* No CPU ever comes or goes, so the callbacks have nothing to be called for. */
static inline int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name, int (*startup)(unsigned int),
                                            int (*teardown)(unsigned int))
{
    (void)state;
    (void)name;
    (void)startup;
    (void)teardown;
    return 0;
}
#define cpuhp_setup_state(state, name, startup, teardown) cpuhp_setup_state_nocalls(state, name, startup, teardown)
