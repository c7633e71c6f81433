/* SPDX-License-Identifier: MIT */
/*
 * KUnit, as far as Linux's own tests use it: suites of cases, expectations that go on, assertions
 * that end the case, memory that belongs to a case. kunit_test_suites() makes the suites run as a
 * module; each case prints one TAP line and a failed case makes the program's result an error.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct kunit;
struct kunit_resource {
    void *data;
    const char *name;
    struct kunit_resource *next;
    void (*release)(void *data);
};
struct kunit_case {
    void (*run_case)(struct kunit *test);
    const char *name;
    const void *(*generate_params)(const void *previous, char *description);
};
struct kunit_suite {
    const char name[256];
    int (*suite_init)(struct kunit_suite *suite);
    void (*suite_exit)(struct kunit_suite *suite);
    int (*init)(struct kunit *test);
    void (*exit)(struct kunit *test);
    struct kunit_case *test_cases;
};
struct kunit {
    void *priv;
    const char *name;
    const void *param_value;
    int param_index;
    bool failed, skipped;
    char skip_reason[128];
    struct kunit_resource *resources;
    void *ashlar_jump[5];
};
#define KUNIT_CASE(function)                    \
    {                                           \
        .run_case = function, .name = #function \
    }
#define KUNIT_CASE_SLOW(function) KUNIT_CASE(function)
#define KUNIT_CASE_PARAM(function, generator)                                 \
    {                                                                         \
        .run_case = function, .name = #function, .generate_params = generator \
    }
#define KUNIT_PARAM_DESC_SIZE 128
#define KUNIT_ARRAY_PARAM(id, array, describe)                                              \
    static const void *id##_gen_params(const void *previous, char *description)             \
    {                                                                                       \
        __typeof__((array)[0]) *next = previous ? (__typeof__(next))previous + 1 : (array); \
        if (next - (array) >= (long)ARRAY_SIZE(array)) return NULL;                         \
        void (*tell)(__typeof__(next), char *) = describe;                                  \
        if (tell) tell(next, description);                                                  \
        return next;                                                                        \
    }

ASHLAR_BEGIN_C
int ashlar_kunit_run(struct kunit_suite *const *suites, size_t count);
void ashlar_kunit_fail(struct kunit *test, const char *file, int line, const char *text);
__printf(5, 6) void ashlar_kunit_explain(struct kunit *test, const char *file, int line, bool end, const char *format,
                                         ...);
__noreturn void ashlar_kunit_end_case(struct kunit *test);
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t flags);
void kunit_kfree(struct kunit *test, const void *pointer);
int kunit_add_named_resource(struct kunit *test, void *init, void (*release)(void *), struct kunit_resource *resource,
                             const char *name, void *data);
ASHLAR_END_C
static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t flags)
{
    return kunit_kmalloc_array(test, 1, size, flags);
}
static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t flags)
{
    return kunit_kmalloc_array(test, 1, size, flags | __GFP_ZERO);
}
static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t flags)
{
    return kunit_kmalloc_array(test, n, size, flags | __GFP_ZERO);
}
#define kunit_info(test, format, ...) pr_info("    # %s: " format, (test)->name, ##__VA_ARGS__)
#define kunit_warn(test, format, ...) kunit_info(test, format, ##__VA_ARGS__)
#define kunit_err(test, format, ...) kunit_info(test, format, ##__VA_ARGS__)
#define kunit_log(level, test, format, ...) kunit_info(test, format, ##__VA_ARGS__)
#define kunit_mark_skipped(test, format, ...)                                              \
    do {                                                                                   \
        (test)->skipped = true;                                                            \
        snprintf((test)->skip_reason, sizeof((test)->skip_reason), format, ##__VA_ARGS__); \
    } while (0)
#define kunit_skip(test, format, ...)                    \
    do {                                                 \
        kunit_mark_skipped(test, format, ##__VA_ARGS__); \
        ashlar_kunit_end_case(test);                     \
    } while (0)

#define ASHLAR_KUNIT_SUITES(id, ...)                                                                             \
    static struct kunit_suite *ASHLAR_PASTE(ashlar_suites_, id)[] = {__VA_ARGS__};                               \
    static int ASHLAR_PASTE(ashlar_suites_run_, id)(void)                                                        \
    {                                                                                                            \
        return ashlar_kunit_run(ASHLAR_PASTE(ashlar_suites_, id), ARRAY_SIZE(ASHLAR_PASTE(ashlar_suites_, id))); \
    }                                                                                                            \
    late_initcall(ASHLAR_PASTE(ashlar_suites_run_, id))
#define kunit_test_suites(...) ASHLAR_KUNIT_SUITES(__LINE__, __VA_ARGS__)
#define kunit_test_suite(suite) kunit_test_suites(&suite)

#define ASHLAR_KUNIT(test, end, condition, format, ...)                                                         \
    do {                                                                                                        \
        if (unlikely(!(condition))) ashlar_kunit_explain(test, __FILE__, __LINE__, end, format, ##__VA_ARGS__); \
    } while (0)
#define ASHLAR_KUNIT_COMPARE(test, end, a, op, b, ...)                                                                \
    do {                                                                                                              \
        __typeof__(a) ashlar_left = (a);                                                                              \
        __typeof__(b) ashlar_right = (b);                                                                             \
        if (unlikely(!(ashlar_left op ashlar_right)))                                                                 \
            ashlar_kunit_explain(test, __FILE__, __LINE__, end, "expected %s " #op " %s, but they are %lld and %lld", \
                                 #a, #b, (long long)ashlar_left, (long long)ashlar_right);                            \
    } while (0)
#define KUNIT_FAIL(test, format, ...) ashlar_kunit_explain(test, __FILE__, __LINE__, false, format, ##__VA_ARGS__)
#define KUNIT_SUCCEED(test) ((void)(test))
#define KUNIT_EXPECT_TRUE(test, x) ASHLAR_KUNIT(test, false, x, "expected %s", #x)
#define KUNIT_EXPECT_FALSE(test, x) ASHLAR_KUNIT(test, false, !(x), "expected not %s", #x)
#define KUNIT_ASSERT_TRUE(test, x) ASHLAR_KUNIT(test, true, x, "expected %s", #x)
#define KUNIT_ASSERT_FALSE(test, x) ASHLAR_KUNIT(test, true, !(x), "expected not %s", #x)
#define KUNIT_EXPECT_TRUE_MSG(test, x, format, ...) ASHLAR_KUNIT(test, false, x, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, x, format, ...) ASHLAR_KUNIT(test, false, !(x), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(test, x, format, ...) ASHLAR_KUNIT(test, true, x, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(test, x, format, ...) ASHLAR_KUNIT(test, true, !(x), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, ==, b)
#define KUNIT_EXPECT_NE(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, !=, b)
#define KUNIT_EXPECT_LT(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, <, b)
#define KUNIT_EXPECT_LE(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, <=, b)
#define KUNIT_EXPECT_GT(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, >, b)
#define KUNIT_EXPECT_GE(test, a, b) ASHLAR_KUNIT_COMPARE(test, false, a, >=, b)
#define KUNIT_ASSERT_EQ(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, ==, b)
#define KUNIT_ASSERT_NE(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, !=, b)
#define KUNIT_ASSERT_LT(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, <, b)
#define KUNIT_ASSERT_LE(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, <=, b)
#define KUNIT_ASSERT_GT(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, >, b)
#define KUNIT_ASSERT_GE(test, a, b) ASHLAR_KUNIT_COMPARE(test, true, a, >=, b)
#define KUNIT_EXPECT_EQ_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) == (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) != (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) <= (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) >= (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) > (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) < (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) == (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) != (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) >= (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) <= (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, a, b) \
    ASHLAR_KUNIT(test, false, (const void *)(a) == (const void *)(b), "expected %s == %s", #a, #b)
#define KUNIT_EXPECT_PTR_NE(test, a, b) \
    ASHLAR_KUNIT(test, false, (const void *)(a) != (const void *)(b), "expected %s != %s", #a, #b)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) == (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, false, (a) != (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, a, b) \
    ASHLAR_KUNIT(test, true, (const void *)(a) == (const void *)(b), "expected %s == %s", #a, #b)
#define KUNIT_ASSERT_PTR_NE(test, a, b) \
    ASHLAR_KUNIT(test, true, (const void *)(a) != (const void *)(b), "expected %s != %s", #a, #b)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) == (b), format, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE_MSG(test, a, b, format, ...) ASHLAR_KUNIT(test, true, (a) != (b), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, x) ASHLAR_KUNIT(test, false, (x) == NULL, "expected %s == NULL", #x)
#define KUNIT_EXPECT_NOT_NULL(test, x) ASHLAR_KUNIT(test, false, (x) != NULL, "expected %s != NULL", #x)
#define KUNIT_ASSERT_NULL(test, x) ASHLAR_KUNIT(test, true, (x) == NULL, "expected %s == NULL", #x)
#define KUNIT_ASSERT_NOT_NULL(test, x) ASHLAR_KUNIT(test, true, (x) != NULL, "expected %s != NULL", #x)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, x) \
    ASHLAR_KUNIT(test, false, !IS_ERR_OR_NULL(x), "%s is NULL or an error", #x)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, x) ASHLAR_KUNIT(test, true, !IS_ERR_OR_NULL(x), "%s is NULL or an error", #x)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, x, format, ...) \
    ASHLAR_KUNIT(test, true, !IS_ERR_OR_NULL(x), format, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, a, b) \
    ASHLAR_KUNIT(test, false, strcmp(a, b) == 0, "expected \"%s\", have \"%s\"", b, a)
#define KUNIT_ASSERT_STREQ(test, a, b) ASHLAR_KUNIT(test, true, strcmp(a, b) == 0, "expected \"%s\", have \"%s\"", b, a)
#define KUNIT_EXPECT_STREQ_MSG(test, a, b, format, ...) \
    ASHLAR_KUNIT(test, false, strcmp(a, b) == 0, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, a, b) ASHLAR_KUNIT(test, false, strcmp(a, b) != 0, "both are \"%s\"", a)
#define KUNIT_EXPECT_MEMEQ(test, a, b, size) \
    ASHLAR_KUNIT(test, false, memcmp(a, b, size) == 0, "%s and %s differ", #a, #b)
#define KUNIT_EXPECT_MEMNEQ(test, a, b, size) \
    ASHLAR_KUNIT(test, false, memcmp(a, b, size) != 0, "%s and %s are alike", #a, #b)
