/* SPDX-License-Identifier: MIT */
/* One address space: a user's address is good when it is outside the machine's ranges. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
bool ashlar_access_ok(const void *address, unsigned long size);
/* Makes memory the task's user's for now; answers what was before. */
struct ashlar_user_range ashlar_user_range(const void *address, size_t size);
ASHLAR_END_C
#define access_ok(address, size) ashlar_access_ok((const void *)(address), (size))
static inline unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long n)
{
    if (!access_ok(from, n)) return n;
    memcpy(to, from, n);
    return 0;
}
static inline unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long n)
{
    if (!access_ok(to, n)) return n;
    memcpy(to, from, n);
    return 0;
}
static inline unsigned long __must_check clear_user(void __user *to, unsigned long n)
{
    if (!access_ok(to, n)) return n;
    memset(to, 0, n);
    return 0;
}
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#define get_user(x, pointer)                                                     \
    ({                                                                           \
        int ashlar_error = access_ok(pointer, sizeof(*(pointer))) ? 0 : -EFAULT; \
        (x) = ashlar_error ? 0 : *(pointer);                                     \
        ashlar_error;                                                            \
    })
#define put_user(x, pointer)                                                     \
    ({                                                                           \
        int ashlar_error = access_ok(pointer, sizeof(*(pointer))) ? 0 : -EFAULT; \
        if (!ashlar_error) *(pointer) = (x);                                     \
        ashlar_error;                                                            \
    })
#define __get_user(x, pointer) get_user(x, pointer)
#define __put_user(x, pointer) put_user(x, pointer)
#define pagefault_disable() preempt_disable()
#define pagefault_enable() preempt_enable()
#define pagefault_disabled() in_atomic()
#define faulthandler_disabled() in_atomic()
#define copy_from_user_nofault(to, from, n) (copy_from_user(to, from, n) ? -EFAULT : 0)
#define __copy_from_user_inatomic(to, from, n) copy_from_user(to, from, n)
#define __copy_to_user_inatomic(to, from, n) copy_to_user(to, from, n)
#define _copy_from_user(to, from, n) copy_from_user(to, from, n)
#define _copy_to_user(to, from, n) copy_to_user(to, from, n)
#define __clear_user(to, n) clear_user(to, n)
#define user_access_begin(address, size) access_ok(address, size)
#define user_read_access_begin(address, size) access_ok(address, size)
#define user_write_access_begin(address, size) access_ok(address, size)
#define user_access_end() ((void)0)
#define user_read_access_end() ((void)0)
#define user_write_access_end() ((void)0)
#define unsafe_get_user(x, pointer, failed)    \
    do {                                       \
        if (get_user(x, pointer)) goto failed; \
    } while (0)
#define unsafe_put_user(x, pointer, failed)    \
    do {                                       \
        if (put_user(x, pointer)) goto failed; \
    } while (0)
ASHLAR_BEGIN_C
long strncpy_from_user(char *to, const char __user *from, long count);
long strnlen_user(const char __user *text, long most);
/* 1 when all bytes are zero, 0 when not, -EFAULT. */
int check_zeroed_user(const void __user *from, size_t size);
ASHLAR_END_C
/* A structure that grew: what the caller has more must be zero, what it has less becomes zero. */
static inline int __must_check copy_struct_from_user(void *to, size_t size, const void __user *from, size_t user_size)
{
    size_t common = min(size, user_size);
    if (user_size < size) {
        memset((char *)to + user_size, 0, size - user_size);
    } else if (user_size > size) {
        int zero = check_zeroed_user((const char __user *)from + size, user_size - size);
        if (zero <= 0) return zero ? zero : -E2BIG;
    }
    return copy_from_user(to, from, common) ? -EFAULT : 0;
}
