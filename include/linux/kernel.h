/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/kernel.h>
#else
#ifndef ASHLAR_LINUX_KERNEL_H
#define ASHLAR_LINUX_KERNEL_H
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/linkage.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/typecheck.h>
#include <linux/types.h>

#define STACK_MAGIC 0xdeadbeef
#define REPEAT_BYTE(x) ((~0ul / 0xff) * (x))
#ifdef __cplusplus
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#else
/* The second term is zero, and does not compile when given a pointer. */
#define ARRAY_SIZE(array)                 \
    (sizeof(array) / sizeof((array)[0]) + \
     BUILD_BUG_ON_ZERO(__builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0]))))
#endif
#define PTR_IF(condition, pointer) ((condition) ? (pointer) : NULL)
#define u64_to_user_ptr(x) ((void __user *)(unsigned long)(x))
#define lower_32_bits(n) ((u32)((n)&0xffffffff))
#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_16_bits(n) ((u16)((n)&0xffff))
#define upper_16_bits(n) ((u16)((n) >> 16))
#define REBUILD_DUE_TO_FTRACE_MCOUNT_RECORD
#define CONCATENATE(a, b) ASHLAR_PASTE(a, b)

/* The number of arguments, up to 15. */
#define ASHLAR_SIXTEENTH(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, n, ...) n
#define COUNT_ARGS(...) ASHLAR_SIXTEENTH(, ##__VA_ARGS__, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

ASHLAR_BEGIN_C
/* Reports a call that may sleep from a context that must not; one report a second. */
void __might_sleep(const char *file, int line);
void ashlar_might_sleep(const char *call, const char *file, int line);
void ashlar_cond_resched(void);
char *get_options(const char *text, int n, int *numbers);
int get_option(char **text, int *number);
unsigned long long memparse(const char *text, char **end);
ASHLAR_END_C
#define might_sleep() __might_sleep(__FILE__, __LINE__)
#define might_sleep_if(condition)     \
    do {                              \
        if (condition) might_sleep(); \
    } while (0)
#define might_fault() ((void)0)
#define might_resched() ((void)0)
#define cant_sleep() ((void)0)
#define non_block_start() ((void)0)
#define non_block_end() ((void)0)
#define trace_printk(...) no_printk(__VA_ARGS__)
#define tracing_on() ((void)0)
#define tracing_off() ((void)0)

enum system_states { SYSTEM_BOOTING, SYSTEM_SCHEDULING, SYSTEM_RUNNING, SYSTEM_HALT };
#define system_state SYSTEM_RUNNING
#endif
#endif
