/* SPDX-License-Identifier: MIT */
/*
 * BUG ends the program after one report, unless a handler that a test set takes it away (longjmp or
 * exit). WARN reports, counts and goes on; panic_on_warn in ASHLAR_MACHINE makes it a BUG.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

ASHLAR_BEGIN_C
__cold __noreturn void ashlar_bug(const char *file, int line, const char *function, const char *what);
__cold void ashlar_warn(const char *file, int line, const char *function, const char *what);
__cold __printf(4, 5) void ashlar_warn_text(const char *file, int line, const char *function, const char *format, ...);
__cold __noreturn __printf(1, 2) void panic(const char *format, ...);
__cold void dump_stack(void);

/* How many WARNs were reported since the start. */
unsigned long ashlar_warn_count(void);
/* A test may take BUGs over: the handler gets the report's first line and should not return. NULL
 * restores the default. Answers the handler in force before. */
typedef void (*ashlar_bug_handler)(const char *report);
ashlar_bug_handler ashlar_set_bug_handler(ashlar_bug_handler handler);
/* The same for WARN; a handler replaces the printed report, the count still rises. */
ashlar_bug_handler ashlar_set_warn_handler(ashlar_bug_handler handler);
ASHLAR_END_C

#define BUG() ashlar_bug(__FILE__, __LINE__, __func__, "BUG")
#define BUG_ON(condition)                                                              \
    do {                                                                               \
        if (unlikely(condition)) ashlar_bug(__FILE__, __LINE__, __func__, #condition); \
    } while (0)
#define WARN_ON(condition)                                                               \
    ({                                                                                   \
        int ashlar_hit = !!(condition);                                                  \
        if (unlikely(ashlar_hit)) ashlar_warn(__FILE__, __LINE__, __func__, #condition); \
        unlikely(ashlar_hit);                                                            \
    })
#define WARN(condition, ...)                                                                   \
    ({                                                                                         \
        int ashlar_hit = !!(condition);                                                        \
        if (unlikely(ashlar_hit)) ashlar_warn_text(__FILE__, __LINE__, __func__, __VA_ARGS__); \
        unlikely(ashlar_hit);                                                                  \
    })
#define ASHLAR_ONCE(report, condition, ...)              \
    ({                                                   \
        static bool ashlar_told;                         \
        int ashlar_hit_once = !!(condition);             \
        if (unlikely(ashlar_hit_once && !ashlar_told)) { \
            ashlar_told = true;                          \
            report;                                      \
        }                                                \
        unlikely(ashlar_hit_once);                       \
    })
#define WARN_ON_ONCE(condition) ASHLAR_ONCE(ashlar_warn(__FILE__, __LINE__, __func__, #condition), condition)
#define WARN_ONCE(condition, ...) ASHLAR_ONCE(ashlar_warn_text(__FILE__, __LINE__, __func__, __VA_ARGS__), condition)
#define WARN_TAINT(condition, taint, ...) WARN(condition, __VA_ARGS__)
#define WARN_TAINT_ONCE(condition, taint, ...) WARN_ONCE(condition, __VA_ARGS__)
#define WARN_ON_SMP(condition) WARN_ON(condition)
#define __WARN() ashlar_warn(__FILE__, __LINE__, __func__, "WARN")
#define CHECK_DATA_CORRUPTION(condition, ...)     \
    ({                                            \
        bool ashlar_corrupt = !!(condition);      \
        if (ashlar_corrupt) WARN(1, __VA_ARGS__); \
        ashlar_corrupt;                           \
    })
#define VM_BUG_ON(condition) BUILD_BUG_ON_INVALID(condition)
#define VM_WARN_ON(condition) BUILD_BUG_ON_INVALID(condition)
#define VM_WARN_ON_ONCE(condition) BUILD_BUG_ON_INVALID(condition)
#define VM_WARN_ONCE(condition, ...) BUILD_BUG_ON_INVALID(condition)
#define VM_BUG_ON_PAGE(condition, page) VM_BUG_ON(condition)
