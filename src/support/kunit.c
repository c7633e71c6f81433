// KUnit's runner: suites print TAP, cases run one by one, memory a case took
// through kunit_kmalloc goes back when it ends.

#include <kunit/test.h>

static void release_resources(struct kunit *test)
{
    while (test->resources) {
        struct kunit_resource *resource = test->resources;
        test->resources = resource->next;
        if (resource->release) resource->release(resource->data);
        kfree(resource);
    }
}

void ashlar_kunit_end_case(struct kunit *test) { __builtin_longjmp(test->ashlar_jump, 1); }

void ashlar_kunit_fail(struct kunit *test, const char *file, int line, const char *text)
{
    test->failed = true;
    pr_err("    # %s: %s:%d: %s\n", test->name, kbasename(file), line, text);
}

void ashlar_kunit_explain(struct kunit *test, const char *file, int line, bool end, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    ashlar_vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    ashlar_kunit_fail(test, file, line, text);
    if (end) ashlar_kunit_end_case(test);
}

static void release_memory(void *memory) { kfree(memory); }

static struct kunit_resource *add_resource(struct kunit *test, void *data, void (*release)(void *))
{
    struct kunit_resource *resource = kzalloc(sizeof(*resource), GFP_KERNEL);

    if (!resource) return NULL;
    resource->data = data;
    resource->release = release;
    resource->next = test->resources;
    test->resources = resource;
    return resource;
}

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t flags)
{
    void *memory = kmalloc_array(n, size, flags);

    if (memory && !add_resource(test, memory, release_memory)) {
        kfree(memory);
        return NULL;
    }
    return memory;
}

void kunit_kfree(struct kunit *test, const void *pointer)
{
    for (struct kunit_resource **at = &test->resources; *at; at = &(*at)->next) {
        struct kunit_resource *resource = *at;
        if (resource->data != pointer) continue;
        *at = resource->next;
        kfree(pointer);
        kfree(resource);
        return;
    }
    ashlar_kunit_fail(test, __FILE__, __LINE__, "kunit_kfree of memory that is not this case's");
}

int kunit_add_named_resource(struct kunit *test, void *init, void (*release)(void *), struct kunit_resource *resource,
                             const char *name, void *data)
{
    (void)init;
    (void)resource;
    resource = add_resource(test, data, release);
    if (resource) resource->name = name;
    return resource ? 0 : -ENOMEM;
}

/* The jump back must land in a frame that is still there: this one. */
static noinline void guarded(struct kunit *test, void (*run)(struct kunit *test))
{
    if (__builtin_setjmp(test->ashlar_jump)) return;
    run(test);
}

static noinline bool guarded_init(struct kunit *test, int (*init)(struct kunit *test))
{
    if (__builtin_setjmp(test->ashlar_jump)) return false;
    return init(test) == 0;
}

static void run_once(struct kunit_suite *suite, struct kunit_case *one, struct kunit *test)
{
    if (suite->init && !guarded_init(test, suite->init))
        test->failed = true;
    else
        guarded(test, one->run_case);
    if (suite->exit) suite->exit(test);
    release_resources(test);
}

/* Answers whether the case failed. */
static bool run_case(struct kunit_suite *suite, struct kunit_case *one, int number)
{
    char description[KUNIT_PARAM_DESC_SIZE];
    bool failed = false, skipped = false;
    const void *value = NULL;
    char reason[sizeof(((struct kunit *)0)->skip_reason)] = "";
    int index = 0;

    do {
        struct kunit test = {.name = one->name, .param_index = index++};
        description[0] = 0;
        if (one->generate_params) {
            value = one->generate_params(value, description);
            if (!value) break;
            test.param_value = value;
        }
        run_once(suite, one, &test);
        failed |= test.failed;
        skipped |= test.skipped;
        if (test.skipped) strscpy(reason, test.skip_reason, sizeof(reason));
        if (one->generate_params) pr_info("        %s %d %s\n", test.failed ? "not ok" : "ok", index, description);
    } while (one->generate_params);
    pr_info("    %s %d %s%s%s\n", failed ? "not ok" : "ok", number, one->name, skipped ? " # SKIP " : "", reason);
    return failed;
}

int ashlar_kunit_run(struct kunit_suite *const *suites, size_t count)
{
    bool failed = false;

    for (size_t i = 0; i < count; i++) {
        struct kunit_suite *suite = suites[i];
        bool suite_failed = false;
        int number = 0;

        pr_info("    # Subtest: %s\n", suite->name);
        if (suite->suite_init && suite->suite_init(suite)) {
            suite_failed = true;
        } else {
            for (struct kunit_case *one = suite->test_cases; one->run_case; one++)
                suite_failed |= run_case(suite, one, ++number);
            pr_info("    1..%d\n", number);
        }
        if (suite->suite_exit) suite->suite_exit(suite);
        pr_info("%s %zu %s\n", suite_failed ? "not ok" : "ok", i + 1, suite->name);
        failed |= suite_failed;
    }
    return failed ? -EINVAL : 0;
}
