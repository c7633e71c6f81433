/* SPDX-License-Identifier: MIT */
/* Stacks kept once each and named by a number. */
#pragma once
#include <linux/kconfig.h>
#include <linux/gfp.h>
#include <linux/stacktrace.h>
typedef u32 depot_stack_handle_t;
#define STACK_DEPOT_EXTRA_BITS 5
ASHLAR_BEGIN_C
int stack_depot_init(void);
void stack_depot_want_early_init(void);
int stack_depot_early_init(void);
depot_stack_handle_t __stack_depot_save(unsigned long *entries, unsigned int count, unsigned int extra_bits,
                                        gfp_t flags, bool can_alloc);
depot_stack_handle_t stack_depot_save(unsigned long *entries, unsigned int count, gfp_t flags);
unsigned int stack_depot_fetch(depot_stack_handle_t handle, unsigned long **entries);
unsigned int stack_depot_get_extra_bits(depot_stack_handle_t handle);
int stack_depot_snprint(depot_stack_handle_t handle, char *to, size_t size, int spaces);
void stack_depot_print(depot_stack_handle_t handle);
ASHLAR_END_C
