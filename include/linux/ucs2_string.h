/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/stddef.h>
#include <linux/types.h>
typedef u16 ucs2_char_t;
ASHLAR_BEGIN_C
unsigned long ucs2_strnlen(const ucs2_char_t *text, size_t most);
unsigned long ucs2_strlen(const ucs2_char_t *text);
unsigned long ucs2_strsize(const ucs2_char_t *text, unsigned long most);
int ucs2_strncmp(const ucs2_char_t *a, const ucs2_char_t *b, size_t count);
unsigned long ucs2_utf8size(const ucs2_char_t *from);
unsigned long ucs2_as_utf8(u8 *to, const ucs2_char_t *from, unsigned long most);
ASHLAR_END_C
