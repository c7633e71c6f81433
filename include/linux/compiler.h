/* SPDX-License-Identifier: MIT */
/* What a compiler is told: likely paths, single accesses, barriers of the compiler only. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler_types.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#ifndef __cplusplus
#define unreachable() __builtin_unreachable()
#endif
#define barrier() __asm__ __volatile__("" ::: "memory")
#define barrier_data(pointer) __asm__ __volatile__("" : : "r"(pointer) : "memory")
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
#define data_race(expression) (expression)
#define instrumentation_begin() ((void)0)
#define instrumentation_end() ((void)0)
#define RELOC_HIDE(pointer, offset) ((__typeof__(pointer))((unsigned long)(pointer) + (unsigned long)(offset)))
#define absolute_pointer(value) RELOC_HIDE((void *)(value), 0)

#define ASHLAR_VOLATILE(x) (*(const volatile __typeof__(x) *)&(x))
#define READ_ONCE(x) ASHLAR_VOLATILE(x)
#define __READ_ONCE(x) ASHLAR_VOLATILE(x)
#define READ_ONCE_NOCHECK(x) ASHLAR_VOLATILE(x)
#define WRITE_ONCE(x, value)                       \
    do {                                           \
        *(volatile __typeof__(x) *)&(x) = (value); \
    } while (0)
#define __WRITE_ONCE(x, value) WRITE_ONCE(x, value)

#define ASHLAR_PASTE_2(a, b) a##b
#define ASHLAR_PASTE(a, b) ASHLAR_PASTE_2(a, b)
#define __PASTE(a, b) ASHLAR_PASTE(a, b)
#define __UNIQUE_ID(prefix) ASHLAR_PASTE(ASHLAR_PASTE(ashlar_unique_, prefix), __COUNTER__)

/* A constant expression tells so without evaluating x. */
#ifdef __cplusplus
#define __is_constexpr(x) __builtin_constant_p(x)
#else
#define __is_constexpr(x) (sizeof(int) == sizeof(*(8 ? ((void *)((long)(x)*0l)) : (int *)8)))
#endif
#define __must_be_array(a) 0
#define __force_cast
