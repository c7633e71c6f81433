/* SPDX-License-Identifier: MIT */
/*
 * printk and the kernel's formats. snprintf and its family are the library's own here, because
 * libc's do not know %pS, %*pbl and the others: the declarations below give the C names another
 * symbol, so libc's functions stay what they are for files without these headers.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/types.h>
#include <stdarg.h>

#define KERN_SOH "\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT KERN_SOH "c"

struct va_format {
    const char *fmt;
    va_list *va;
};

ASHLAR_BEGIN_C
/* Kernel formats use %p extensions and long long for 64 bits; the compiler would warn about both. */
__cold int _printk(const char *format, ...);
__cold int vprintk(const char *format, va_list arguments);
int ashlar_printk_ratelimit(void);
/* Messages above this level are not shown (default 7: all but debug). */
extern int console_loglevel;
/* A test may read what is logged: every line passes here first, before the level is judged. */
typedef void (*ashlar_log_hook)(int level, const char *text, size_t length);
ashlar_log_hook ashlar_set_log_hook(ashlar_log_hook hook);

int ashlar_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
int ashlar_vscnprintf(char *buffer, size_t size, const char *format, va_list arguments);
int scnprintf(char *buffer, size_t size, const char *format, ...);
int ashlar_vsscanf(const char *text, const char *format, va_list arguments);
char *kasprintf(gfp_t flags, const char *format, ...);
char *kvasprintf(gfp_t flags, const char *format, va_list arguments);
const char *kvasprintf_const(gfp_t flags, const char *format, va_list arguments);
#define vscnprintf ashlar_vscnprintf
#ifndef __cplusplus
int snprintf(char *buffer, size_t size, const char *format, ...) __asm__("ashlar_snprintf");
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) __asm__("ashlar_vsnprintf");
int sprintf(char *buffer, const char *format, ...) __asm__("ashlar_sprintf");
int vsprintf(char *buffer, const char *format, va_list arguments) __asm__("ashlar_vsprintf");
/* libc gives these two another symbol of its own; with its header here first, they are libc's. */
#ifndef _STDIO_H
#ifdef __clang__
/* It refuses a second symbol, which <stdio.h> brings if it comes later: by macros that one wins. */
#define sscanf ashlar_sscanf
#define vsscanf ashlar_vsscanf
int sscanf(const char *text, const char *format, ...);
#else
int sscanf(const char *text, const char *format, ...) __asm__("ashlar_sscanf");
int vsscanf(const char *text, const char *format, va_list arguments) __asm__("ashlar_vsscanf");
#endif
#endif
#else
int ashlar_snprintf(char *buffer, size_t size, const char *format, ...);
#endif
ASHLAR_END_C

#ifndef pr_fmt
#define pr_fmt(format) format
#endif
#define printk(...) _printk(__VA_ARGS__)
#define no_printk(...)               \
    ({                               \
        if (0) _printk(__VA_ARGS__); \
        0;                           \
    })
#define printk_deferred(...) _printk(__VA_ARGS__)
#define pr_emerg(format, ...) printk(KERN_EMERG pr_fmt(format), ##__VA_ARGS__)
#define pr_alert(format, ...) printk(KERN_ALERT pr_fmt(format), ##__VA_ARGS__)
#define pr_crit(format, ...) printk(KERN_CRIT pr_fmt(format), ##__VA_ARGS__)
#define pr_err(format, ...) printk(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warn(format, ...) printk(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_notice(format, ...) printk(KERN_NOTICE pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...) printk(KERN_INFO pr_fmt(format), ##__VA_ARGS__)
#define pr_cont(format, ...) printk(KERN_CONT format, ##__VA_ARGS__)
#ifdef DEBUG
#define pr_debug(format, ...) printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)
#else
#define pr_debug(format, ...) no_printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)
#endif
#define pr_devel(format, ...) pr_debug(format, ##__VA_ARGS__)
#define ASHLAR_PRINT_ONCE(print, ...) \
    ({                                \
        static bool ashlar_printed;   \
        if (!ashlar_printed) {        \
            ashlar_printed = true;    \
            print(__VA_ARGS__);       \
        }                             \
    })
#define printk_once(...) ASHLAR_PRINT_ONCE(printk, __VA_ARGS__)
#define pr_emerg_once(...) ASHLAR_PRINT_ONCE(pr_emerg, __VA_ARGS__)
#define pr_err_once(...) ASHLAR_PRINT_ONCE(pr_err, __VA_ARGS__)
#define pr_warn_once(...) ASHLAR_PRINT_ONCE(pr_warn, __VA_ARGS__)
#define pr_notice_once(...) ASHLAR_PRINT_ONCE(pr_notice, __VA_ARGS__)
#define pr_info_once(...) ASHLAR_PRINT_ONCE(pr_info, __VA_ARGS__)
#define printk_ratelimit() ashlar_printk_ratelimit()
#define ASHLAR_PRINT_LIMITED(print, ...)                   \
    ({                                                     \
        if (ashlar_printk_ratelimit()) print(__VA_ARGS__); \
    })
#define pr_err_ratelimited(...) ASHLAR_PRINT_LIMITED(pr_err, __VA_ARGS__)
#define pr_warn_ratelimited(...) ASHLAR_PRINT_LIMITED(pr_warn, __VA_ARGS__)
#define pr_info_ratelimited(...) ASHLAR_PRINT_LIMITED(pr_info, __VA_ARGS__)
#define pr_notice_ratelimited(...) ASHLAR_PRINT_LIMITED(pr_notice, __VA_ARGS__)
#define printk_ratelimited(...) ASHLAR_PRINT_LIMITED(printk, __VA_ARGS__)

enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };
ASHLAR_BEGIN_C
extern const char hex_asc[], hex_asc_upper[];
int hex_to_bin(unsigned char character);
int __must_check hex2bin(u8 *to, const char *from, size_t count);
char *bin2hex(char *to, const void *from, size_t count);
int hex_dump_to_buffer(const void *from, size_t length, int row, int group, char *to, size_t size, bool ascii);
void print_hex_dump(const char *level, const char *prefix, int prefix_type, int row, int group, const void *from,
                    size_t length, bool ascii);
ASHLAR_END_C
#define hex_asc_lo(x) hex_asc[(x)&0x0f]
#define hex_asc_hi(x) hex_asc[((x)&0xf0) >> 4]
#define hex_asc_upper_lo(x) hex_asc_upper[(x)&0x0f]
#define hex_asc_upper_hi(x) hex_asc_upper[((x)&0xf0) >> 4]
static inline char *hex_byte_pack(char *to, u8 byte)
{
    *to++ = hex_asc_hi(byte);
    *to++ = hex_asc_lo(byte);
    return to;
}
static inline char *hex_byte_pack_upper(char *to, u8 byte)
{
    *to++ = hex_asc_upper_hi(byte);
    *to++ = hex_asc_upper_lo(byte);
    return to;
}
#define print_hex_dump_bytes(prefix, type, from, length) \
    print_hex_dump(KERN_DEBUG, prefix, type, 16, 1, from, length, true)
#define print_hex_dump_debug(prefix, type, row, group, from, length, ascii) \
    print_hex_dump(KERN_DEBUG, prefix, type, row, group, from, length, ascii)
