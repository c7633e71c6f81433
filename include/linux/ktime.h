/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/jiffies.h>
#include <linux/time64.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
ktime_t ktime_get(void);
ktime_t ktime_get_real(void);
ASHLAR_END_C
#define ktime_get_boottime() ktime_get()
#define ktime_get_raw() ktime_get()
static inline u64 ktime_get_ns(void) { return (u64)ktime_get(); }
static inline u64 ktime_get_real_ns(void) { return (u64)ktime_get_real(); }
static inline u64 ktime_get_boottime_ns(void) { return (u64)ktime_get(); }
static inline u64 ktime_get_raw_ns(void) { return (u64)ktime_get(); }
static inline u64 ktime_get_mono_fast_ns(void) { return (u64)ktime_get(); }
static inline time64_t ktime_get_seconds(void) { return ktime_get() / NSEC_PER_SEC; }
static inline time64_t ktime_get_real_seconds(void) { return ktime_get_real() / NSEC_PER_SEC; }
static inline ktime_t ktime_set(const s64 seconds, const unsigned long ns) { return seconds * NSEC_PER_SEC + (s64)ns; }
#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(a, ns) ((a) + (s64)(ns))
#define ktime_sub_ns(a, ns) ((a) - (s64)(ns))
static inline ktime_t ktime_add_us(const ktime_t t, const u64 us) { return t + (s64)us * NSEC_PER_USEC; }
static inline ktime_t ktime_add_ms(const ktime_t t, const u64 ms) { return t + (s64)ms * NSEC_PER_MSEC; }
static inline s64 ktime_to_ns(const ktime_t t) { return t; }
static inline s64 ktime_to_us(const ktime_t t) { return t / NSEC_PER_USEC; }
static inline s64 ktime_to_ms(const ktime_t t) { return t / NSEC_PER_MSEC; }
static inline s64 ktime_us_delta(const ktime_t later, const ktime_t earlier)
{
    return (later - earlier) / NSEC_PER_USEC;
}
static inline s64 ktime_ms_delta(const ktime_t later, const ktime_t earlier)
{
    return (later - earlier) / NSEC_PER_MSEC;
}
static inline int ktime_compare(const ktime_t a, const ktime_t b) { return a < b ? -1 : a > b; }
static inline bool ktime_after(const ktime_t a, const ktime_t b) { return a > b; }
static inline bool ktime_before(const ktime_t a, const ktime_t b) { return a < b; }
static inline ktime_t ns_to_ktime(u64 ns) { return (ktime_t)ns; }
static inline ktime_t ms_to_ktime(u64 ms) { return (ktime_t)(ms * NSEC_PER_MSEC); }
#define ktime_to_timespec64(t) ns_to_timespec64(t)
#define timespec64_to_ktime(ts) ktime_set((ts).tv_sec, (unsigned long)(ts).tv_nsec)
static inline void ktime_get_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get()); }
static inline void ktime_get_real_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get_real()); }
#define ktime_get_boottime_ts64(ts) ktime_get_ts64(ts)
#define ktime_get_coarse() ktime_get()
#define ktime_get_coarse_real_ts64(ts) ktime_get_real_ts64(ts)
