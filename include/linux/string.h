/* SPDX-License-Identifier: MIT */
/*
 * C's string functions (libc's in a process) and the kernel's own. The kmemdup family allocates by
 * kmalloc.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
#ifndef _STRING_H
#if !defined(__cplusplus)
void *memcpy(void *to, const void *from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
void *memchr(const void *from, int byte, size_t count);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t count);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t count);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t count);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t count);
char *strchr(const char *text, int character);
char *strrchr(const char *text, int character);
char *strchrnul(const char *text, int character);
char *strstr(const char *text, const char *part);
size_t strspn(const char *text, const char *accept);
size_t strcspn(const char *text, const char *reject);
char *strpbrk(const char *text, const char *accept);
char *strsep(char **text, const char *separators);
#else
ASHLAR_END_C
#include <string.h>
ASHLAR_BEGIN_C
#endif
#endif

ssize_t strscpy(char *to, const char *from, size_t size);
ssize_t strscpy_pad(char *to, const char *from, size_t size);
#ifndef strlcpy
size_t strlcpy(char *to, const char *from, size_t size);
size_t strlcat(char *to, const char *from, size_t size);
#endif
char *strnchr(const char *text, size_t count, int character);
char *strnchrnul(const char *text, size_t count, int character);
char *strnstr(const char *text, const char *part, size_t count);
char *skip_spaces(const char *text);
char *strim(char *text);
static inline char *strstrip(char *text) { return strim(text); }
char *strreplace(char *text, char from, char to);
bool sysfs_streq(const char *a, const char *b);
int match_string(const char *const *array, size_t n, const char *text);
int __sysfs_match_string(const char *const *array, size_t n, const char *text);
#define sysfs_match_string(array, text) __sysfs_match_string(array, ARRAY_SIZE(array), text)
void *memscan(void *from, int byte, size_t count);
void *memchr_inv(const void *from, int byte, size_t count);
void *memset16(uint16_t *to, uint16_t value, size_t count);
void *memset32(uint32_t *to, uint32_t value, size_t count);
void *memset64(u64 *to, u64 value, size_t count);
/* libc's uint64_t is another type than u64, so lib/string.c's would not fit the callers. */
#define __HAVE_ARCH_MEMSET64
size_t memweight(const void *from, size_t bytes);
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *pos, const void *from, size_t available);
void memcpy_and_pad(void *to, size_t to_size, const void *from, size_t count, int pad);

char *kstrdup(const char *text, gfp_t flags);
const char *kstrdup_const(const char *text, gfp_t flags);
char *kstrndup(const char *text, size_t most, gfp_t flags);
void *kmemdup(const void *from, size_t size, gfp_t flags);
char *kmemdup_nul(const char *text, size_t size, gfp_t flags);
void kfree_const(const void *text);
/* Copies from a user; linux/uaccess.h has the rest of that family. */
void *memdup_user(const void __user *from, size_t size);
void *vmemdup_user(const void __user *from, size_t size);
void *memdup_user_nul(const void __user *from, size_t size);
char *strndup_user(const char __user *from, long most);
char **argv_split(gfp_t flags, const char *text, int *count);
void argv_free(char **argv);
ASHLAR_END_C

static inline void memzero_explicit(void *to, size_t count)
{
    memset(to, 0, count);
    barrier_data(to);
}
static inline void *memset_l(unsigned long *to, unsigned long value, size_t count)
{
    return memset64((u64 *)to, value, count);
}
static inline void *memset_p(void **to, void *value, size_t count) { return memset64((u64 *)to, (u64)value, count); }
static inline bool strstarts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}
static inline size_t str_has_prefix(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? length : 0;
}
static inline const char *kbasename(const char *path)
{
    const char *tail = strrchr(path, '/');
    return tail ? tail + 1 : path;
}
#define unsafe_memcpy(to, from, bytes, justification) memcpy(to, from, bytes)
#define memset_after(object, value, member)                                               \
    ({                                                                                    \
        __typeof__(object) ashlar_object = (object);                                      \
        memset((u8 *)ashlar_object + offsetofend(__typeof__(*(object)), member), (value), \
               sizeof(*ashlar_object) - offsetofend(__typeof__(*(object)), member));      \
    })
#define memset_startat(object, value, member)                                          \
    ({                                                                                 \
        __typeof__(object) ashlar_object = (object);                                   \
        memset((u8 *)ashlar_object + offsetof(__typeof__(*(object)), member), (value), \
               sizeof(*ashlar_object) - offsetof(__typeof__(*(object)), member));      \
    })
#define strtomem_pad(to, from, pad) memcpy_and_pad(to, sizeof(to), from, strnlen(from, sizeof(to)), pad)
#define strtomem(to, from) memcpy(to, from, min(sizeof(to), strnlen(from, sizeof(to))))
ASHLAR_BEGIN_C
/* Two NULL-terminated arrays of pointers, one after the other in new memory. */
void **__memcat_p(void **a, void **b);
ASHLAR_END_C
#ifndef __cplusplus
#define memcat_p(a, b)                                                          \
    ({                                                                          \
        __typeof__(*(a)) *ashlar_a = (a), *ashlar_b = (b);                      \
        (__typeof__(ashlar_a))__memcat_p((void **)ashlar_a, (void **)ashlar_b); \
    })
#endif
/* The length of a text that the compiler knows, else SIZE_MAX. */
#define __compiletime_strlen(text)                                                              \
    ({                                                                                          \
        char *ashlar_text = (char *)(text);                                                     \
        size_t ashlar_size = __builtin_object_size(ashlar_text, 1), ashlar_length = ~(size_t)0; \
        if (ashlar_size != ~(size_t)0 && __builtin_constant_p(ashlar_text[ashlar_size - 1]) &&  \
            ashlar_text[ashlar_size - 1] == 0)                                                  \
            ashlar_length = __builtin_strlen(ashlar_text);                                      \
        ashlar_length;                                                                          \
    })
