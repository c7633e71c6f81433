/* SPDX-License-Identifier: MIT */
/*
 * Kernel types. Headers of the system ask for linux/types.h too: they get the system's own, so that
 * programs that only share this include folder see none of this. A file of a kernel gets ours: it
 * includes this directly, after another header of ours, or is compiled with -D__KERNEL__. Every name
 * that both sides define has libc's type, and names that libc guards are guarded the same way, so
 * libc's headers may come before or after.
 */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/types.h>
#else
#ifndef ASHLAR_LINUX_TYPES_H
#define ASHLAR_LINUX_TYPES_H
#include <linux/kconfig.h>
#include <linux/compiler_types.h>
#include <stddef.h>

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
__extension__ typedef long long __s64;
__extension__ typedef unsigned long long __u64;
__extension__ typedef __int128 s128;
__extension__ typedef unsigned __int128 u128;

typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

typedef __u16 __le16;
typedef __u16 __be16;
typedef __u32 __le32;
typedef __u32 __be32;
typedef __u64 __le64;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef unsigned int __poll_t;
#undef __aligned_u64
#define __aligned_u64 __u64 __attribute__((__aligned__(8)))
#define aligned_u64 __aligned_u64

#ifndef __cplusplus
#ifndef bool
typedef _Bool bool;
enum { false, true };
#endif
#endif

#ifndef __int8_t_defined
#define __int8_t_defined
typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
#endif
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
#ifndef __intptr_t_defined
#define __intptr_t_defined
typedef __INTPTR_TYPE__ intptr_t;
#endif
typedef __UINTPTR_TYPE__ uintptr_t;

#ifndef __u_char_defined
#define __u_char_defined
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
#endif
#ifndef __ssize_t_defined
#define __ssize_t_defined
typedef long ssize_t;
#endif
#ifndef __off_t_defined
#define __off_t_defined
typedef long off_t;
#endif
#ifndef __mode_t_defined
#define __mode_t_defined
typedef unsigned int mode_t;
#endif
#ifndef __pid_t_defined
#define __pid_t_defined
typedef int pid_t;
#endif
#ifndef __uid_t_defined
#define __uid_t_defined
typedef unsigned int uid_t;
#endif
#ifndef __gid_t_defined
#define __gid_t_defined
typedef unsigned int gid_t;
#endif
#ifndef __dev_t_defined
#define __dev_t_defined
typedef unsigned long dev_t;
#endif
#ifndef __ino_t_defined
#define __ino_t_defined
typedef unsigned long ino_t;
#endif
typedef long loff_t;
typedef unsigned short umode_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned short ushort;
typedef u64 sector_t;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned long irq_hw_number_t;
#ifndef __BIT_TYPES_DEFINED__
typedef __UINT8_TYPE__ u_int8_t;
typedef __UINT16_TYPE__ u_int16_t;
typedef __UINT32_TYPE__ u_int32_t;
typedef __UINT64_TYPE__ u_int64_t;
#endif
typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;
typedef unsigned int fmode_t;
typedef unsigned long pgoff_t;
typedef s64 ktime_t;
typedef s64 time64_t;
typedef u64 timeu64_t;
typedef int __kernel_pid_t;
typedef unsigned int __kernel_uid32_t;
typedef unsigned int __kernel_gid32_t;
typedef unsigned long __kernel_size_t;
typedef long __kernel_ssize_t;
typedef long __kernel_off_t;
typedef long long __kernel_loff_t;
typedef long __kernel_time_t;
typedef long long __kernel_time64_t;
typedef long __kernel_long_t;
typedef unsigned long __kernel_ulong_t;
typedef int __kernel_clockid_t;
typedef int __kernel_timer_t;

typedef struct {
    int counter;
} atomic_t;
#define ATOMIC_INIT(value) \
    {                      \
        (value)            \
    }
typedef struct {
    s64 counter;
} atomic64_t;
#define ATOMIC64_INIT(value) \
    {                        \
        (value)              \
    }

struct list_head {
    struct list_head *next, *prev;
};
struct hlist_node {
    struct hlist_node *next, **pprev;
};
struct hlist_head {
    struct hlist_node *first;
};
struct callback_head {
    struct callback_head *next;
    void (*func)(struct callback_head *head);
} __attribute__((__aligned__(sizeof(void *))));
#define rcu_head callback_head
typedef void (*rcu_callback_t)(struct rcu_head *head);
typedef void (*call_rcu_func_t)(struct rcu_head *head, rcu_callback_t func);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);
typedef int (*cmp_func_t)(const void *a, const void *b);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);

#define BITS_PER_BYTE 8
#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define __BITS_PER_LONG 64
#define BITS_TO_LONGS(bits) (((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#endif
#endif
