// The kernel's own string functions. C's are the platform's.

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>

__weak ssize_t strscpy(char *to, const char *from, size_t size)
{
    size_t length;
    if (size == 0 || size > INT_MAX) return -E2BIG;
    length = strnlen(from, size);
    if (length == size) {
        memcpy(to, from, size - 1);
        to[size - 1] = 0;
        return -E2BIG;
    }
    memcpy(to, from, length + 1);
    return (ssize_t)length;
}
__weak ssize_t strscpy_pad(char *to, const char *from, size_t size)
{
    ssize_t written = strscpy(to, from, size);
    if (written >= 0 && (size_t)written < size - 1) memset(to + written + 1, 0, size - (size_t)written - 1);
    return written;
}
__weak size_t strlcpy(char *to, const char *from, size_t size)
{
    size_t length = strlen(from);
    if (size) {
        size_t fits = min(length, size - 1);
        memcpy(to, from, fits);
        to[fits] = 0;
    }
    return length;
}
__weak size_t strlcat(char *to, const char *from, size_t size)
{
    size_t used = strnlen(to, size);
    BUG_ON(used >= size);
    return used + strlcpy(to + used, from, size - used);
}
__weak char *strnchr(const char *text, size_t count, int c)
{
    for (; count--; text++) {
        if (*text == (char)c) return (char *)text;
        if (!*text) break;
    }
    return NULL;
}
__weak char *strnchrnul(const char *text, size_t count, int c)
{
    while (count-- && *text && *text != (char)c) text++;
    return (char *)text;
}
__weak char *strnstr(const char *text, const char *part, size_t count)
{
    size_t length = strlen(part);
    if (!length) return (char *)text;
    for (; count >= length && *text; count--, text++)
        if (!memcmp(text, part, length)) return (char *)text;
    return NULL;
}
__weak char *skip_spaces(const char *text)
{
    while (isspace((unsigned char)*text)) text++;
    return (char *)text;
}
__weak char *strim(char *text)
{
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1])) length--;
    text[length] = 0;
    return skip_spaces(text);
}
__weak char *strreplace(char *text, char from, char to)
{
    for (; *text; text++)
        if (*text == from) *text = to;
    return text;
}
__weak bool sysfs_streq(const char *a, const char *b)
{
    while (*a && *a == *b) a++, b++;
    if (*a == *b) return true;
    if (!*a && *b == '\n' && !b[1]) return true;
    return *a == '\n' && !a[1] && !*b;
}
__weak int match_string(const char *const *array, size_t n, const char *text)
{
    for (size_t i = 0; i < n && array[i]; i++)
        if (!strcmp(array[i], text)) return (int)i;
    return -EINVAL;
}
__weak int __sysfs_match_string(const char *const *array, size_t n, const char *text)
{
    for (size_t i = 0; i < n && array[i]; i++)
        if (sysfs_streq(array[i], text)) return (int)i;
    return -EINVAL;
}
__weak void *memscan(void *from, int byte, size_t count)
{
    unsigned char *at = from;
    while (count-- && *at != (unsigned char)byte) at++;
    return at;
}
__weak void *memchr_inv(const void *from, int byte, size_t count)
{
    const unsigned char *at = from;
    for (; count; count--, at++)
        if (*at != (unsigned char)byte) return (void *)at;
    return NULL;
}
__weak void *memset16(u16 *to, u16 value, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] = value;
    return to;
}
__weak void *memset32(u32 *to, u32 value, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] = value;
    return to;
}
__weak void *memset64(u64 *to, u64 value, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] = value;
    return to;
}
__weak size_t memweight(const void *from, size_t bytes)
{
    const u8 *at = from;
    size_t weight = 0;
    while (bytes--) weight += hweight8(*at++);
    return weight;
}
__weak ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *pos, const void *from, size_t available)
{
    if (*pos < 0) return -EINVAL;
    if ((size_t)*pos >= available) return 0;
    count = min(count, available - (size_t)*pos);
    memcpy(to, (const char *)from + *pos, count);
    *pos += (loff_t)count;
    return (ssize_t)count;
}
__weak void memcpy_and_pad(void *to, size_t to_size, const void *from, size_t count, int pad)
{
    count = min(count, to_size);
    memcpy(to, from, count);
    memset((char *)to + count, pad, to_size - count);
}
