/* SPDX-License-Identifier: MIT */
/* Strict numbers: the whole text must be one (a final newline is allowed); 0, -EINVAL or -ERANGE. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
int __must_check kstrtoull(const char *text, unsigned int base, unsigned long long *to);
int __must_check kstrtoll(const char *text, unsigned int base, long long *to);
int __must_check kstrtouint(const char *text, unsigned int base, unsigned int *to);
int __must_check kstrtoint(const char *text, unsigned int base, int *to);
int __must_check kstrtou16(const char *text, unsigned int base, u16 *to);
int __must_check kstrtos16(const char *text, unsigned int base, s16 *to);
int __must_check kstrtou8(const char *text, unsigned int base, u8 *to);
int __must_check kstrtos8(const char *text, unsigned int base, s8 *to);
int __must_check kstrtobool(const char *text, bool *to);
int __must_check _kstrtoul(const char *text, unsigned int base, unsigned long *to);
int __must_check _kstrtol(const char *text, unsigned int base, long *to);
/* The same of text that a user wrote; -EFAULT besides. */
int __must_check kstrtoull_from_user(const char __user *from, size_t count, unsigned int base, unsigned long long *to);
int __must_check kstrtoll_from_user(const char __user *from, size_t count, unsigned int base, long long *to);
int __must_check kstrtoul_from_user(const char __user *from, size_t count, unsigned int base, unsigned long *to);
int __must_check kstrtol_from_user(const char __user *from, size_t count, unsigned int base, long *to);
int __must_check kstrtouint_from_user(const char __user *from, size_t count, unsigned int base, unsigned int *to);
int __must_check kstrtoint_from_user(const char __user *from, size_t count, unsigned int base, int *to);
int __must_check kstrtou16_from_user(const char __user *from, size_t count, unsigned int base, u16 *to);
int __must_check kstrtos16_from_user(const char __user *from, size_t count, unsigned int base, s16 *to);
int __must_check kstrtou8_from_user(const char __user *from, size_t count, unsigned int base, u8 *to);
int __must_check kstrtos8_from_user(const char __user *from, size_t count, unsigned int base, s8 *to);
int __must_check kstrtobool_from_user(const char __user *from, size_t count, bool *to);
unsigned long simple_strtoul(const char *text, char **end, unsigned int base);
long simple_strtol(const char *text, char **end, unsigned int base);
unsigned long long simple_strtoull(const char *text, char **end, unsigned int base);
long long simple_strtoll(const char *text, char **end, unsigned int base);
ASHLAR_END_C
static inline int __must_check kstrtoul(const char *text, unsigned int base, unsigned long *to)
{
    return kstrtoull(text, base, (unsigned long long *)to);
}
static inline int __must_check kstrtol(const char *text, unsigned int base, long *to)
{
    return kstrtoll(text, base, (long long *)to);
}
static inline int __must_check kstrtou64(const char *text, unsigned int base, u64 *to)
{
    return kstrtoull(text, base, to);
}
static inline int __must_check kstrtos64(const char *text, unsigned int base, s64 *to)
{
    return kstrtoll(text, base, to);
}
static inline int __must_check kstrtou32(const char *text, unsigned int base, u32 *to)
{
    return kstrtouint(text, base, to);
}
static inline int __must_check kstrtos32(const char *text, unsigned int base, s32 *to)
{
    return kstrtoint(text, base, to);
}
#define strtobool(text, to) kstrtobool(text, to)
#define kstrtou64_from_user(from, count, base, to) kstrtoull_from_user(from, count, base, to)
#define kstrtos64_from_user(from, count, base, to) kstrtoll_from_user(from, count, base, to)
#define kstrtou32_from_user(from, count, base, to) kstrtouint_from_user(from, count, base, to)
#define kstrtos32_from_user(from, count, base, to) kstrtoint_from_user(from, count, base, to)
