/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/string.h>
#include <linux/types.h>
struct device;
struct file;
struct task_struct;
enum string_size_units { STRING_UNITS_10, STRING_UNITS_2 };
#define UNESCAPE_SPACE BIT(0)
#define UNESCAPE_OCTAL BIT(1)
#define UNESCAPE_HEX BIT(2)
#define UNESCAPE_SPECIAL BIT(3)
#define UNESCAPE_ANY (UNESCAPE_SPACE | UNESCAPE_OCTAL | UNESCAPE_HEX | UNESCAPE_SPECIAL)
#define UNESCAPE_ALL_MASK GENMASK(3, 0)
#define ESCAPE_SPACE BIT(0)
#define ESCAPE_SPECIAL BIT(1)
#define ESCAPE_NULL BIT(2)
#define ESCAPE_OCTAL BIT(3)
#define ESCAPE_ANY (ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_SPECIAL | ESCAPE_NULL)
#define ESCAPE_NP BIT(4)
#define ESCAPE_ANY_NP (ESCAPE_ANY | ESCAPE_NP)
#define ESCAPE_HEX BIT(5)
#define ESCAPE_NA BIT(6)
#define ESCAPE_NAP BIT(7)
#define ESCAPE_APPEND BIT(8)
#define ESCAPE_ALL_MASK GENMASK(8, 0)
ASHLAR_BEGIN_C
void string_get_size(u64 size, u64 block_size, enum string_size_units units, char *to, int length);
int string_unescape(char *from, char *to, size_t size, unsigned int flags);
int string_escape_mem(const char *from, size_t length, char *to, size_t size, unsigned int flags, const char *only);
char *kstrdup_quotable(const char *text, gfp_t flags);
char *kstrdup_quotable_cmdline(struct task_struct *task, gfp_t flags);
char *kstrdup_quotable_file(struct file *file, gfp_t flags);
char **kasprintf_strarray(gfp_t flags, const char *prefix, size_t n);
void kfree_strarray(char **array, size_t n);
char **devm_kasprintf_strarray(struct device *device, const char *prefix, size_t n);
int parse_int_array_user(const char __user *from, size_t count, int **array);
ASHLAR_END_C
static inline bool string_is_terminated(const char *text, int length)
{
    return memchr(text, 0, (size_t)length) != NULL;
}
static inline int string_unescape_inplace(char *text, unsigned int flags)
{
    return string_unescape(text, text, 0, flags);
}
static inline int string_unescape_any(char *from, char *to, size_t size)
{
    return string_unescape(from, to, size, UNESCAPE_ANY);
}
static inline int string_unescape_any_inplace(char *text) { return string_unescape_any(text, text, 0); }
static inline int string_escape_mem_any_np(const char *from, size_t length, char *to, size_t size, const char *only)
{
    return string_escape_mem(from, length, to, size, ESCAPE_ANY_NP, only);
}
static inline int string_escape_str(const char *from, char *to, size_t size, unsigned int flags, const char *only)
{
    return string_escape_mem(from, strlen(from), to, size, flags, only);
}
static inline int string_escape_str_any_np(const char *from, char *to, size_t size, const char *only)
{
    return string_escape_str(from, to, size, ESCAPE_ANY_NP, only);
}
static inline void string_upper(char *to, const char *from)
{
    while ((*to++ = (char)toupper((unsigned char)*from++)) != 0) {}
}
static inline void string_lower(char *to, const char *from)
{
    while ((*to++ = (char)tolower((unsigned char)*from++)) != 0) {}
}
static inline const char *str_yes_no(bool value) { return value ? "yes" : "no"; }
static inline const char *str_on_off(bool value) { return value ? "on" : "off"; }
static inline const char *str_enable_disable(bool value) { return value ? "enable" : "disable"; }
static inline const char *str_enabled_disabled(bool value) { return value ? "enabled" : "disabled"; }
static inline const char *str_read_write(bool value) { return value ? "read" : "write"; }
