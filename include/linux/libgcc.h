/* SPDX-License-Identifier: MIT */
/* Helpers that a 32-bit compiler calls; this machine has the instructions. */
#pragma once
#include <linux/kconfig.h>
#include <asm/byteorder.h>
typedef int word_type __attribute__((__mode__(__word__)));
struct DWstruct {
    int low, high;
};
typedef union {
    struct DWstruct s;
    long long ll;
} DWunion;
ASHLAR_BEGIN_C
long long __ashldi3(long long u, word_type b);
long long __ashrdi3(long long u, word_type b);
word_type __cmpdi2(long long a, long long b);
long long __lshrdi3(long long u, word_type b);
long long __muldi3(long long u, long long v);
word_type __ucmpdi2(unsigned long long a, unsigned long long b);
ASHLAR_END_C
