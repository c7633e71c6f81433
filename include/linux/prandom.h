/* SPDX-License-Identifier: MIT */
/* Repeatable random numbers from a seed: tests that must be the same each time use these. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>

struct rnd_state {
    u32 s1, s2, s3, s4;
};
ASHLAR_BEGIN_C
u32 prandom_u32_state(struct rnd_state *state);
void prandom_bytes_state(struct rnd_state *state, void *to, size_t count);
void prandom_seed_state(struct rnd_state *state, u64 seed);
void prandom_bytes(void *to, size_t count);
ASHLAR_END_C
#define prandom_u32() ((u32)get_random_u32())
#define prandom_u32_max(ceiling) get_random_u32_below(ceiling)
/* The generators' states must not be below `least`. */
static inline u32 __seed(u32 x, u32 least) { return x < least ? x + least : x; }
