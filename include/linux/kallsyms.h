/* SPDX-License-Identifier: MIT */
/* Names of code addresses, as the program's symbols have them. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#define KSYM_NAME_LEN 512
#define KSYM_SYMBOL_LEN (sizeof("%s+%#lx/%#lx [%s %s]") + (KSYM_NAME_LEN - 1) + 2 * 16 + 56)
ASHLAR_BEGIN_C
int sprint_symbol(char *to, unsigned long address);
ASHLAR_END_C
static inline void print_ip_sym(const char *level, unsigned long ip)
{
    printk("%s[<%px>] %pS\n", level, (void *)ip, (void *)ip);
}
static inline unsigned long kallsyms_lookup_name(const char *name)
{
    (void)name;
    return 0;
}
