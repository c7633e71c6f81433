/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/ratelimit_types.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
static inline void ratelimit_state_init(struct ratelimit_state *state, int interval, int burst)
{
    memset(state, 0, sizeof(*state));
    raw_spin_lock_init(&state->lock);
    state->interval = interval;
    state->burst = burst;
}
static inline void ratelimit_default_init(struct ratelimit_state *state)
{
    ratelimit_state_init(state, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
}
static inline void ratelimit_set_flags(struct ratelimit_state *state, unsigned long flags) { state->flags = flags; }
static inline void ratelimit_state_exit(struct ratelimit_state *state)
{
    if (!(state->flags & RATELIMIT_MSG_ON_RELEASE) || !state->missed) return;
    pr_warn("%s: %d output lines suppressed due to ratelimiting\n", current->comm, state->missed);
    state->missed = 0;
}
#define WARN_ON_RATELIMIT(condition, state)            \
    ({                                                 \
        int ashlar_rate_hit = !!(condition);           \
        WARN_ON(ashlar_rate_hit &&__ratelimit(state)); \
        ashlar_rate_hit;                               \
    })
#define WARN_RATELIMIT(condition, format, ...)                                                           \
    ({                                                                                                   \
        static DEFINE_RATELIMIT_STATE(ashlar_rate, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST); \
        int ashlar_rate_hit = !!(condition);                                                             \
        if (ashlar_rate_hit && __ratelimit(&ashlar_rate)) WARN(1, format, ##__VA_ARGS__);                \
        ashlar_rate_hit;                                                                                 \
    })
