/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/param.h>
#include <linux/spinlock_types.h>
#define DEFAULT_RATELIMIT_INTERVAL (5 * HZ)
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_MSG_ON_RELEASE BIT(0)
struct ratelimit_state {
    raw_spinlock_t lock;
    int interval, burst, printed, missed;
    unsigned long begin, flags;
};
#define RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, flags_init)                                    \
    {                                                                                                              \
        .lock = __RAW_SPIN_LOCK_UNLOCKED(name.lock), .interval = interval_init, .burst = burst_init, .printed = 0, \
        .missed = 0, .begin = 0, .flags = flags_init                                                               \
    }
#define RATELIMIT_STATE_INIT(name, interval_init, burst_init) \
    RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, 0)
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init) \
    struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval_init, burst_init)
ASHLAR_BEGIN_C
/* 1: go on; 0: too often, the call was counted as missed. */
int ___ratelimit(struct ratelimit_state *state, const char *function);
ASHLAR_END_C
#define __ratelimit(state) ___ratelimit(state, __func__)
