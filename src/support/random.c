// Random numbers: the port's for get_random_*, a combined Tausworthe generator
// (L'Ecuyer's, period about 2^113) for repeatable sequences.

#include <ashlar/kernel_port.h>

#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/string.h>

void get_random_bytes(void *to, size_t count) { ashlar_port_random(to, count); }

/* A system call a number would dominate tests that draw millions, so only the seed is drawn. */
u64 get_random_u64(void)
{
    static u64 state[2];
    static u32 seeded;
    u64 x, y;

    if (!__atomic_load_n(&seeded, __ATOMIC_ACQUIRE)) {
        u64 fresh[2];
        ashlar_port_random(fresh, sizeof(fresh));
        __atomic_store_n(&state[1], fresh[1] | 1, __ATOMIC_RELAXED);
        __atomic_store_n(&state[0], fresh[0], __ATOMIC_RELAXED);
        __atomic_store_n(&seeded, 1, __ATOMIC_RELEASE);
    }
    /* A counter that steps by an odd secret, mixed: every caller has its own step. */
    y = __atomic_load_n(&state[1], __ATOMIC_RELAXED);
    x = __atomic_add_fetch(&state[0], y, __ATOMIC_RELAXED);
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ x >> 31;
}
u32 get_random_u32(void) { return (u32)(get_random_u64() >> 32); }

u32 get_random_u32_below(u32 ceiling)
{
    u32 value = get_random_u32();
    u64 product;

    if (!ceiling) return value;
    product = (u64)ceiling * value;
    /* Reject the few values that would make some results likelier. */
    if ((u32)product < ceiling) {
        u32 bound = -ceiling % ceiling;
        while ((u32)product < bound) product = (u64)ceiling * get_random_u32();
    }
    return (u32)(product >> 32);
}

static u32 tausworthe(u32 s, unsigned a, unsigned b, u32 mask, unsigned d)
{
    return ((s & mask) << d) ^ (((s << a) ^ s) >> b);
}

u32 prandom_u32_state(struct rnd_state *state)
{
    state->s1 = tausworthe(state->s1, 6, 13, 4294967294U, 18);
    state->s2 = tausworthe(state->s2, 2, 27, 4294967288U, 2);
    state->s3 = tausworthe(state->s3, 13, 21, 4294967280U, 7);
    state->s4 = tausworthe(state->s4, 3, 12, 4294967168U, 13);
    return state->s1 ^ state->s2 ^ state->s3 ^ state->s4;
}

void prandom_bytes_state(struct rnd_state *state, void *to, size_t count)
{
    u8 *at = to;
    while (count) {
        u32 value = prandom_u32_state(state);
        size_t part = min_t(size_t, count, sizeof(value));
        memcpy(at, &value, part);
        at += part;
        count -= part;
    }
}

void prandom_bytes(void *to, size_t count) { ashlar_port_random(to, count); }

/* Each component needs a seed above its own bound. */
void prandom_seed_state(struct rnd_state *state, u64 seed)
{
    u32 mixed = (u32)(((seed >> 32) ^ (seed << 10) ^ seed) & 0xffffffffUL);
    state->s1 = mixed < 2 ? mixed + 2 : mixed;
    state->s2 = mixed < 8 ? mixed + 8 : mixed;
    state->s3 = mixed < 16 ? mixed + 16 : mixed;
    state->s4 = mixed < 128 ? mixed + 128 : mixed;
}
