/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct timespec64 {
    time64_t tv_sec;
    long tv_nsec;
};
#define MSEC_PER_SEC 1000L
#define USEC_PER_MSEC 1000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define USEC_PER_SEC 1000000L
#define NSEC_PER_SEC 1000000000L
#define PSEC_PER_SEC 1000000000000LL
#define FSEC_PER_SEC 1000000000000000LL
#define KTIME_MAX ((s64) ~((u64)1 << 63))
#define KTIME_MIN (-KTIME_MAX - 1)
#define KTIME_SEC_MAX (KTIME_MAX / NSEC_PER_SEC)
static inline s64 timespec64_to_ns(const struct timespec64 *ts) { return ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec; }
static inline s64 timespec64_compare(const struct timespec64 *a, const struct timespec64 *b)
{
    return a->tv_sec != b->tv_sec ? (a->tv_sec < b->tv_sec ? -1 : 1) : a->tv_nsec - b->tv_nsec;
}
static inline bool timespec64_equal(const struct timespec64 *a, const struct timespec64 *b)
{
    return timespec64_compare(a, b) == 0;
}
static inline bool timespec64_valid(const struct timespec64 *ts)
{
    return ts->tv_sec >= 0 && (unsigned long)ts->tv_nsec < NSEC_PER_SEC;
}
static inline void set_normalized_timespec64(struct timespec64 *ts, time64_t sec, s64 nsec)
{
    s64 carry = nsec / NSEC_PER_SEC;
    if (nsec % NSEC_PER_SEC < 0) carry--;
    ts->tv_sec = sec + carry;
    ts->tv_nsec = nsec - carry * NSEC_PER_SEC;
}
static inline struct timespec64 ns_to_timespec64(s64 nsec)
{
    struct timespec64 ts = ASHLAR_ZERO_INIT;
    set_normalized_timespec64(&ts, 0, nsec);
    return ts;
}
static inline struct timespec64 timespec64_add(struct timespec64 a, struct timespec64 b)
{
    set_normalized_timespec64(&a, a.tv_sec + b.tv_sec, a.tv_nsec + b.tv_nsec);
    return a;
}
static inline struct timespec64 timespec64_sub(struct timespec64 a, struct timespec64 b)
{
    set_normalized_timespec64(&a, a.tv_sec - b.tv_sec, a.tv_nsec - b.tv_nsec);
    return a;
}
