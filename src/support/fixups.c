// Accesses that may fault: the only instructions that follow an address which a user gave.
//
// Each has an entry in the table of fixups: a fault at `at` goes on at `on`, as if the access
// had been skipped. So an access first says that it failed, then is tried, then says that it
// did not; and a copy is one string instruction, whose register says what is left. The port's
// fault handler asks ashlar_library_fixup() first, before it takes a fault for a mistake.

#include <ashlar/kernel_port.h>

#include <linux/errno.h>
#include <linux/uaccess.h>

/* Distances from the fields themselves, so that the table needs no relocation. */
struct fixup {
    s32 at, on;
};
extern const struct fixup __start_ashlar_fixups[] __attribute__((visibility("hidden")));
extern const struct fixup __stop_ashlar_fixups[] __attribute__((visibility("hidden")));

/* The instruction at label 1 may fault; label 2 is where it goes on then. */
#define FIXUP                             \
    ".pushsection ashlar_fixups, \"a\"\n" \
    ".balign 4\n"                         \
    ".long 1b - .\n"                      \
    ".long 2b - .\n"                      \
    ".popsection\n"

uint64_t ashlar_library_fixup(uint64_t code)
{
    for (const struct fixup *one = __start_ashlar_fixups; one != __stop_ashlar_fixups; one++)
        if ((uint64_t)&one->at + (uint64_t)one->at == code) return (uint64_t)&one->on + (uint64_t)one->on;
    return 0;
}

unsigned long ashlar_copy_or_fault(void *to, const void *from, unsigned long n)
{
    asm volatile("1: rep movsb\n2:\n" FIXUP : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return n;
}

unsigned long ashlar_clear_or_fault(void *to, unsigned long n)
{
    asm volatile("1: rep stosb\n2:\n" FIXUP : "+D"(to), "+c"(n) : "a"(0) : "memory");
    return n;
}

#define READ(move, target)                                              \
    asm volatile("1: " move " %2, " target "\n\txor %0, %0\n2:\n" FIXUP \
                 : "+r"(error), "=&r"(value)                            \
                 : "m"(*(const volatile char *)from))

/* One access of the size, as an ordinary one is. */
int ashlar_read_or_fault(unsigned long *to, const volatile void *from, size_t size)
{
    unsigned long value;
    int error = -EFAULT;

    if (size == 1)
        READ("movzbl", "%k1");
    else if (size == 2)
        READ("movzwl", "%k1");
    else if (size == 4)
        READ("movl", "%k1");
    else
        READ("movq", "%1");
    *to = error ? 0 : value;
    return error;
}

#define WRITE(move, source)                                             \
    asm volatile("1: " move " " source ", %2\n\txor %0, %0\n2:\n" FIXUP \
                 : "+r"(error)                                          \
                 : "r"(value), "m"(*(volatile char *)to)                \
                 : "memory")

int ashlar_write_or_fault(volatile void *to, unsigned long value, size_t size)
{
    int error = -EFAULT;

    if (size == 1)
        WRITE("movb", "%b1");
    else if (size == 2)
        WRITE("movw", "%w1");
    else if (size == 4)
        WRITE("movl", "%k1");
    else
        WRITE("movq", "%1");
    return error;
}
