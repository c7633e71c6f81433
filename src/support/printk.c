// The log. A message is formatted on the stack and given to the port in one
// call, so lines of different threads do not mix; one that does not end its
// line is continued by KERN_CONT and ended by anything else.

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/string.h>

enum { LINE = 2048, LEVEL_DEFAULT = 4 };
int console_loglevel = 7;
static ashlar_log_hook the_hook;
static u32 line_open;
static u32 level_read;

static void read_level(void)
{
    char text[8];
    unsigned int level;

    if (__atomic_exchange_n(&level_read, 1, __ATOMIC_RELAXED)) return;
    if (ashlar_port_setting("loglevel", text, sizeof(text)) && !kstrtouint(text, 10, &level))
        console_loglevel = (int)level;
}

ashlar_log_hook ashlar_set_log_hook(ashlar_log_hook hook)
{
    return __atomic_exchange_n(&the_hook, hook, __ATOMIC_ACQ_REL);
}

int vprintk(const char *format, va_list arguments)
{
    char line[LINE];
    char *text = line + 1; /* room to end an open line first */
    int level = LEVEL_DEFAULT, length;
    ashlar_log_hook hook = __atomic_load_n(&the_hook, __ATOMIC_ACQUIRE);
    bool continues = false;

    read_level();
    length = ashlar_vscnprintf(text, sizeof(line) - 2, format, arguments);
    while (length >= 2 && text[0] == KERN_SOH[0]) {
        if (text[1] == 'c')
            continues = true;
        else
            level = text[1] - '0';
        text += 2;
        length -= 2;
    }
    if (hook) hook(level, text, (size_t)length);
    if (level >= console_loglevel + 1 && !continues) return length;
    if (length == 0) return 0;
    {
        bool ends = text[length - 1] == '\n';
        bool was_open = __atomic_exchange_n(&line_open, !ends, __ATOMIC_RELAXED);
        if (was_open && !continues) {
            *--text = '\n';
            length++;
        }
    }
    ashlar_port_log(text, (size_t)length);
    return length;
}

int _printk(const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vprintk(format, arguments);
    va_end(arguments);
    return length;
}

/* Ten messages in five seconds. */
int ashlar_printk_ratelimit(void)
{
    static u64 begin;
    static u32 printed;
    u64 now = ashlar_port_monotonic_ns();

    if (now - __atomic_load_n(&begin, __ATOMIC_RELAXED) > 5 * (u64)NSEC_PER_SEC) {
        __atomic_store_n(&begin, now, __ATOMIC_RELAXED);
        __atomic_store_n(&printed, 0, __ATOMIC_RELAXED);
    }
    return __atomic_fetch_add(&printed, 1, __ATOMIC_RELAXED) < 10;
}
