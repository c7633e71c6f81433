/* SPDX-License-Identifier: MIT */
/* One address space: a user's address is good when it is outside the machine's ranges. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
bool ashlar_access_ok(const void *address, unsigned long size);
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
#define get_user(x, pointer)                                            \
    ({                                                                  \
        int ashlar_error = access_ok(pointer, sizeof(*(pointer))) ? 0 : -EFAULT; \
        (x) = ashlar_error ? 0 : *(pointer);                            \
        ashlar_error;                                                   \
    })
#define put_user(x, pointer)                                            \
    ({                                                                  \
        int ashlar_error = access_ok(pointer, sizeof(*(pointer))) ? 0 : -EFAULT; \
        if (!ashlar_error) *(pointer) = (x);                            \
        ashlar_error;                                                   \
    })
#define __get_user(x, pointer) get_user(x, pointer)
#define __put_user(x, pointer) put_user(x, pointer)
#define pagefault_disable() preempt_disable()
#define pagefault_enable() preempt_enable()
