// Bytes as text and back.

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

__weak const char hex_asc[] = "0123456789abcdef";
__weak const char hex_asc_upper[] = "0123456789ABCDEF";

__weak int hex_to_bin(unsigned char c)
{
    if (isdigit(c)) return c - '0';
    c = (unsigned char)_tolower((char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

__weak int hex2bin(u8 *to, const char *from, size_t count)
{
    for (; count; count--, from += 2) {
        int high = hex_to_bin((unsigned char)from[0]), low;
        if (high < 0) return -EINVAL;
        low = hex_to_bin((unsigned char)from[1]);
        if (low < 0) return -EINVAL;
        *to++ = (u8)(high << 4 | low);
    }
    return 0;
}

__weak char *bin2hex(char *to, const void *from, size_t count)
{
    const u8 *byte = from;
    while (count--) to = hex_byte_pack(to, *byte++);
    return to;
}

/* One line of at most `row` bytes (16 or 32) in groups of 1, 2, 4 or 8, then perhaps as characters.
 * Answers the length that it would have; what does not fit is left out. */
__weak int hex_dump_to_buffer(const void *from, size_t length, int row, int group, char *to, size_t size, bool ascii)
{
    const u8 *bytes = from;
    size_t at = 0;
    int column;

    if (row != 16 && row != 32) row = 16;
    length = min_t(size_t, length, (size_t)row);
    if (!is_power_of_2((unsigned)group) || group > 8) group = 1;
    if (length % (size_t)group) group = 1;
    column = row / group * (2 * group + 1) + 1;
#define PUT(c)                           \
    do {                                 \
        if (at + 1 < size) to[at] = (c); \
        at++;                            \
    } while (0)
    if (!length) goto end;
    for (size_t i = 0; i < length; i += (size_t)group) {
        if (i) PUT(' ');
        /* A group is a number of this machine: its highest byte comes first. */
        for (int k = group - 1; k >= 0; k--) {
            PUT(hex_asc_hi(bytes[i + (size_t)k]));
            PUT(hex_asc_lo(bytes[i + (size_t)k]));
        }
    }
    if (ascii) {
        while (at < (size_t)column) PUT(' ');
        for (size_t i = 0; i < length; i++) PUT(isascii(bytes[i]) && isprint(bytes[i]) ? (char)bytes[i] : '.');
    }
end:
    if (size) to[min(at, size - 1)] = 0;
#undef PUT
    return (int)at;
}

__weak void print_hex_dump(const char *level, const char *prefix, int prefix_type, int row, int group, const void *from,
                           size_t length, bool ascii)
{
    if (row != 16 && row != 32) row = 16;
    for (size_t at = 0; at < length; at += (size_t)row) {
        char line[32 * 3 + 2 + 32 + 1];
        const u8 *bytes = (const u8 *)from + at;
        hex_dump_to_buffer(bytes, min_t(size_t, length - at, (size_t)row), row, group, line, sizeof(line), ascii);
        if (prefix_type == DUMP_PREFIX_ADDRESS)
            printk("%s%s%p: %s\n", level, prefix, bytes, line);
        else if (prefix_type == DUMP_PREFIX_OFFSET)
            printk("%s%s%.8zx: %s\n", level, prefix, at, line);
        else
            printk("%s%s%s\n", level, prefix, line);
    }
}
