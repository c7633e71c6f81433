/* What the test programs share: a check that tells where, and a BUG or WARN caught as text. */
#pragma once
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

static int checks_failed;
static int checks_made;
#define CHECK(condition)                                                                 \
    do {                                                                                 \
        __atomic_fetch_add(&checks_made, 1, __ATOMIC_RELAXED);                           \
        if (!(condition)) {                                                              \
            __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);                     \
            pr_err("%s:%d: %s: failed: %s\n", __FILE__, __LINE__, __func__, #condition); \
        }                                                                                \
    } while (0)

/* The text of the last BUG or WARN that was caught. */
static char caught[640];
static void *bug_jump[5];
static inline void keep_report(const char *report) { strscpy(caught, report, sizeof(caught)); }
static inline void leave_bug(const char *report)
{
    keep_report(report);
    __builtin_longjmp(bug_jump, 1);
}
/* Runs the statement; afterwards `caught` has its report or is empty. */
#define CATCH(...)                            \
    do {                                      \
        caught[0] = 0;                        \
        ashlar_set_warn_handler(keep_report); \
        ashlar_set_bug_handler(leave_bug);    \
        if (!__builtin_setjmp(bug_jump)) {    \
            __VA_ARGS__;                      \
        }                                     \
        ashlar_set_warn_handler(NULL);        \
        ashlar_set_bug_handler(NULL);         \
    } while (0)
#define CHECK_REPORT(part, ...)                                            \
    do {                                                                   \
        CATCH(__VA_ARGS__);                                                \
        CHECK(strstr(caught, part) != NULL);                               \
        if (!strstr(caught, part)) pr_err("  report was: '%s'\n", caught); \
    } while (0)

static inline int check_result(const char *name)
{
    pr_info("%s: %d checks, %d failed\n", name, checks_made, checks_failed);
    return checks_failed || !checks_made;
}
