/* SPDX-License-Identifier: MIT */
/* ASCII only. The names are libc's macros when <ctype.h> came first; both answer alike for ASCII. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>

#if !defined(_CTYPE_H) && !defined(__cplusplus)
#define isdigit(c) ((unsigned int)(c) - '0' < 10U)
#define islower(c) ((unsigned int)(c) - 'a' < 26U)
#define isupper(c) ((unsigned int)(c) - 'A' < 26U)
static inline int isalpha(int c) { return islower(c | 32); }
static inline int isalnum(int c) { return isalpha(c) || isdigit(c); }
static inline int isspace(int c) { return c == ' ' || (c >= 9 && c <= 13) || c == 0xa0; }
static inline int isxdigit(int c) { return isdigit(c) || (unsigned int)(c | 32) - 'a' < 6U; }
static inline int iscntrl(int c) { return (c >= 0 && c < 32) || c == 127; }
static inline int isgraph(int c) { return c > 32 && c < 127; }
static inline int isprint(int c) { return c >= 32 && c < 127; }
static inline int ispunct(int c) { return isgraph(c) && !isalnum(c); }
static inline int tolower(int c) { return isupper(c) ? c | 32 : c; }
static inline int toupper(int c) { return islower(c) ? c & ~32 : c; }
#else
#include <ctype.h>
#endif
#ifndef __cplusplus
#define isascii(c) (((unsigned char)(c)) <= 0x7f)
#define toascii(c) (((unsigned char)(c)) & 0x7f)
static inline char _tolower(const char c) { return (char)(c | 0x20); }
#endif
static inline int isodigit(const char c) { return c >= '0' && c <= '7'; }
/* The flags of lib/ctype.c's table, for code that reads it itself. */
#ifndef __cplusplus
#define _U 0x01
#define _L 0x02
#define _D 0x04
#define _C 0x08
#define _P 0x10
#define _S 0x20
#define _X 0x40
#define _SP 0x80
extern const unsigned char _ctype[];
#endif
