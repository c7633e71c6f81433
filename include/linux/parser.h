/* SPDX-License-Identifier: MIT */
/* Mount-option style texts against patterns of %d, %s, %x, %o, %u. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct match_token {
    int token;
    const char *pattern;
};
typedef struct match_token match_table_t[];
#define MAX_OPT_ARGS 3
typedef struct {
    char *from;
    char *to;
} substring_t;
ASHLAR_BEGIN_C
int match_token(char *text, const match_table_t table, substring_t args[]);
int match_int(substring_t *part, int *result);
int match_uint(substring_t *part, unsigned int *result);
int match_u64(substring_t *part, u64 *result);
int match_octal(substring_t *part, int *result);
int match_hex(substring_t *part, int *result);
bool match_wildcard(const char *pattern, const char *text);
size_t match_strlcpy(char *to, const substring_t *from, size_t size);
char *match_strdup(const substring_t *part);
ASHLAR_END_C
