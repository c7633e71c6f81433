// BUG, WARN and panic: one report with the place, the context and the stack.

#include <ashlar/kernel_port.h>

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>

static unsigned long warnings;
static ashlar_bug_handler bug_handler, warn_handler;

unsigned long ashlar_warn_count(void) { return __atomic_load_n(&warnings, __ATOMIC_RELAXED); }
ashlar_bug_handler ashlar_set_bug_handler(ashlar_bug_handler handler)
{
    return __atomic_exchange_n(&bug_handler, handler, __ATOMIC_ACQ_REL);
}
ashlar_bug_handler ashlar_set_warn_handler(ashlar_bug_handler handler)
{
    return __atomic_exchange_n(&warn_handler, handler, __ATOMIC_ACQ_REL);
}

static void print_context(void)
{
    struct ashlar_context *context = ashlar_port_context();
    printk(KERN_DEFAULT "CPU: %u PID: %d Comm: %s preempt_count: %#x irqs_disabled: %u\n", context->cpu->number,
           context->id, current->comm, context->preempt_count, context->irqs_off);
}

static void print_stack(unsigned skip)
{
    void *frames[24];
    unsigned count = ashlar_port_backtrace(frames, ARRAY_SIZE(frames), skip + 1);

    printk(KERN_DEFAULT "Call Trace:\n");
    for (unsigned i = 0; i < count; i++) printk(KERN_DEFAULT " [<%px>] %pB\n", frames[i], frames[i]);
}

void dump_stack(void)
{
    print_context();
    print_stack(1);
}

static __noreturn void end(const char *report)
{
    ashlar_bug_handler handler = __atomic_load_n(&bug_handler, __ATOMIC_ACQUIRE);

    if (handler) handler(report);
    print_context();
    print_stack(2);
    ashlar_port_die(-1);
}

void ashlar_bug(const char *file, int line, const char *function, const char *what)
{
    char report[256];

    snprintf(report, sizeof(report), "kernel BUG at %s:%d in %s: %s", file, line, function, what);
    printk(KERN_EMERG "%s\n", report);
    end(report);
}

void panic(const char *format, ...)
{
    char report[512];
    int length = scnprintf(report, sizeof(report), "Kernel panic - not syncing: ");
    va_list arguments;

    va_start(arguments, format);
    ashlar_vsnprintf(report + length, sizeof(report) - (size_t)length, format, arguments);
    va_end(arguments);
    printk(KERN_EMERG "%s\n", report);
    end(report);
}

static void warned(const char *report)
{
    static u32 setting_read, panics;
    ashlar_bug_handler handler = __atomic_load_n(&warn_handler, __ATOMIC_ACQUIRE);
    char text[4];

    __atomic_fetch_add(&warnings, 1, __ATOMIC_RELAXED);
    if (handler) {
        handler(report);
        return;
    }
    printk(KERN_WARNING "%s\n", report);
    print_context();
    print_stack(2);
    if (!__atomic_exchange_n(&setting_read, 1, __ATOMIC_RELAXED) &&
        ashlar_port_setting("panic_on_warn", text, sizeof(text)) && text[0] == '1')
        __atomic_store_n(&panics, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&panics, __ATOMIC_RELAXED)) panic("panic_on_warn set ...");
}

void ashlar_warn(const char *file, int line, const char *function, const char *what)
{
    char report[256];

    snprintf(report, sizeof(report), "WARNING: at %s:%d in %s: %s", file, line, function, what);
    warned(report);
}

void ashlar_warn_text(const char *file, int line, const char *function, const char *format, ...)
{
    char report[640];
    int length = scnprintf(report, sizeof(report), "WARNING: at %s:%d in %s: ", file, line, function);
    va_list arguments;

    va_start(arguments, format);
    length += ashlar_vscnprintf(report + length, sizeof(report) - (size_t)length, format, arguments);
    va_end(arguments);
    if (length && report[length - 1] == '\n') report[length - 1] = 0;
    warned(report);
}
