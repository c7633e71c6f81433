/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
/* Return addresses of the calling context, innermost first. */
unsigned int stack_trace_save(unsigned long *to, unsigned int most, unsigned int skip);
void stack_trace_print(const unsigned long *entries, unsigned int count, int spaces);
int stack_trace_snprint(char *to, size_t size, const unsigned long *entries, unsigned int count, int spaces);
unsigned int filter_irq_stacks(unsigned long *entries, unsigned int count);
ASHLAR_END_C
