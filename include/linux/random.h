/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/random.h>
#else
#ifndef ASHLAR_LINUX_RANDOM_H
#define ASHLAR_LINUX_RANDOM_H
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/prandom.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
void get_random_bytes(void *to, size_t count);
u32 get_random_u32(void);
u64 get_random_u64(void);
/* Below `ceiling`, every value equally likely; 0 gives any 32-bit value. */
u32 get_random_u32_below(u32 ceiling);
ASHLAR_END_C
static inline u8 get_random_u8(void) { return (u8)get_random_u32(); }
static inline u16 get_random_u16(void) { return (u16)get_random_u32(); }
static inline unsigned int get_random_int(void) { return get_random_u32(); }
static inline unsigned long get_random_long(void) { return (unsigned long)get_random_u64(); }
static inline u32 get_random_u32_above(u32 floor) { return floor + 1 + get_random_u32_below(U32_MAX - floor); }
static inline u32 get_random_u32_inclusive(u32 floor, u32 ceiling)
{
    return floor + get_random_u32_below(ceiling - floor + 1);
}
static inline int get_random_bytes_wait(void *to, size_t count)
{
    get_random_bytes(to, count);
    return 0;
}
static inline int wait_for_random_bytes(void) { return 0; }
static inline void add_device_randomness(const void *from, size_t count)
{
    (void)from;
    (void)count;
}
#endif
#endif
