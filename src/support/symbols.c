// Stacks and the names of code addresses, as the port can tell them.

#include <ashlar/kernel_port.h>

#include <linux/kallsyms.h>
#include <linux/printk.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

unsigned int stack_trace_save(unsigned long *to, unsigned int most, unsigned int skip)
{
    return ashlar_port_backtrace((void **)to, most, skip + 1);
}

unsigned int filter_irq_stacks(unsigned long *entries, unsigned int count)
{
    (void)entries;
    return count;
}

void stack_trace_print(const unsigned long *entries, unsigned int count, int spaces)
{
    for (unsigned int i = 0; i < count; i++) printk("%*c%pS\n", 1 + spaces, ' ', (void *)entries[i]);
}

int stack_trace_snprint(char *to, size_t size, const unsigned long *entries, unsigned int count, int spaces)
{
    int total = 0;

    for (unsigned int i = 0; i < count && size; i++) {
        int length = snprintf(to, size, "%*c%pS\n", 1 + spaces, ' ', (void *)entries[i]);
        total += length;
        if ((size_t)length >= size) break;
        to += length;
        size -= (size_t)length;
    }
    return total;
}

int sprint_symbol(char *to, unsigned long address)
{
    return (int)ashlar_port_symbol((const void *)address, to, KSYM_SYMBOL_LEN);
}
