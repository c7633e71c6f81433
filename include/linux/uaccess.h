/* SPDX-License-Identifier: MIT */
/* One address space: a user's address is good when it is outside the machine's ranges. What is not
 * mapped there, or not writable, is found by trying; how a fault is survived, src/support/fixups.c says. */
#pragma once
#include <linux/kconfig.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/kasan-checks.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
bool ashlar_access_ok(const void *address, unsigned long size);
/* Makes memory the task's user's for now; answers what was before. */
struct ashlar_user_range ashlar_user_range(const void *address, size_t size);
/* Accesses that answer instead of faulting: the bytes not done, or -EFAULT. Sizes are 1, 2, 4, 8. */
unsigned long ashlar_copy_or_fault(void *to, const void *from, unsigned long n);
unsigned long ashlar_clear_or_fault(void *to, unsigned long n);
int ashlar_read_or_fault(unsigned long *to, const volatile void *from, size_t size);
int ashlar_write_or_fault(volatile void *to, unsigned long value, size_t size);
ASHLAR_END_C
#define access_ok(address, size) ashlar_access_ok((const void *)(address), (size))
static inline unsigned long __must_check raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
    kasan_check_write(to, n);
    return ashlar_copy_or_fault(to, from, n);
}
static inline unsigned long __must_check raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
    kasan_check_read(from, n);
    return ashlar_copy_or_fault(to, from, n);
}
/* What could not be read is zero: nothing of the kernel's stays in the buffer. */
static inline unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long n)
{
    unsigned long left = access_ok(from, n) ? raw_copy_from_user(to, from, n) : n;

    if (left) memset((char *)to + (n - left), 0, left);
    return left;
}
static inline unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long n)
{
    return access_ok(to, n) ? raw_copy_to_user(to, from, n) : n;
}
static inline unsigned long __must_check clear_user(void __user *to, unsigned long n)
{
    return access_ok(to, n) ? ashlar_clear_or_fault(to, n) : n;
}
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#define ashlar_get(x, pointer, good)                                                                              \
    ({                                                                                                            \
        unsigned long ashlar_value = 0;                                                                           \
        int ashlar_error = (good) ? ashlar_read_or_fault(&ashlar_value, (pointer), sizeof(*(pointer))) : -EFAULT; \
        BUILD_BUG_ON(sizeof(*(pointer)) > 8 || (sizeof(*(pointer)) & (sizeof(*(pointer)) - 1)));                  \
        (x) = (__typeof__(*(pointer)))ashlar_value;                                                               \
        ashlar_error;                                                                                             \
    })
#define ashlar_put(x, pointer, good)                                                                          \
    ({                                                                                                        \
        __typeof__(*(pointer)) ashlar_value = (x);                                                            \
        BUILD_BUG_ON(sizeof(*(pointer)) > 8 || (sizeof(*(pointer)) & (sizeof(*(pointer)) - 1)));              \
        (good) ? ashlar_write_or_fault((pointer), (unsigned long)ashlar_value, sizeof(*(pointer))) : -EFAULT; \
    })
#define get_user(x, pointer) ashlar_get(x, pointer, access_ok(pointer, sizeof(*(pointer))))
#define put_user(x, pointer) ashlar_put(x, pointer, access_ok(pointer, sizeof(*(pointer))))
#define __get_user(x, pointer) get_user(x, pointer)
#define __put_user(x, pointer) put_user(x, pointer)
#define pagefault_disable() preempt_disable()
#define pagefault_enable() preempt_enable()
#define pagefault_disabled() in_atomic()
#define faulthandler_disabled() in_atomic()
#define __copy_from_user_inatomic(to, from, n) raw_copy_from_user(to, from, n)
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
/* Of any address of any kind; -ERANGE for those that no kernel has. */
long copy_from_kernel_nofault(void *to, const void *from, size_t size);
long copy_to_kernel_nofault(void *to, const void *from, size_t size);
long copy_from_user_nofault(void *to, const void __user *from, size_t size);
long copy_to_user_nofault(void __user *to, const void *from, size_t size);
/* With the end of the text in what they answer. */
long strncpy_from_kernel_nofault(char *to, const void *from, long count);
long strncpy_from_user_nofault(char *to, const void __user *from, long count);
long strnlen_user_nofault(const void __user *from, long count);
/* 1 when all bytes are zero, 0 when not, -EFAULT. */
int check_zeroed_user(const void __user *from, size_t size);
ASHLAR_END_C
#define get_kernel_nofault(x, pointer)                                        \
    ({                                                                        \
        const __typeof__(x) *ashlar_from = (pointer);                         \
        copy_from_kernel_nofault(&(x), ashlar_from, sizeof(x)) ? -EFAULT : 0; \
    })
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
