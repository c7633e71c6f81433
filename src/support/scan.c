// Numbers and fields out of text.

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/string.h>

static int digit_of(char c)
{
    if (isdigit(c)) return c - '0';
    c = _tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Base 0 looks at the prefix, where an 0x needs a digit behind it; base 16 skips any 0x. */
static const char *prefix(const char *text, unsigned int *base)
{
    bool hex = text[0] == '0' && _tolower(text[1]) == 'x';
    if (*base == 0) *base = hex && isxdigit(text[2]) ? 16 : text[0] == '0' ? 8 : 10;
    return *base == 16 && hex ? text + 2 : text;
}

/* Reads digits; `overflow` tells that they did not fit. At most `most` characters. */
static const char *digits(const char *text, unsigned int base, size_t most, u64 *to, bool *overflow)
{
    u64 value = 0;

    *overflow = false;
    for (; most && (unsigned)digit_of(*text) < base; text++, most--) {
        if (__builtin_mul_overflow(value, (u64)base, &value) ||
            __builtin_add_overflow(value, (u64)digit_of(*text), &value))
            *overflow = true;
    }
    *to = value;
    return text;
}

int kstrtoull(const char *text, unsigned int base, unsigned long long *to)
{
    const char *start, *end;
    bool overflow;
    u64 value;

    if (*text == '+') text++;
    start = prefix(text, &base);
    end = digits(start, base, SIZE_MAX, &value, &overflow);
    if (end == start) return -EINVAL;
    if (overflow) return -ERANGE;
    if (*end == '\n') end++;
    if (*end) return -EINVAL;
    *to = value;
    return 0;
}

int kstrtoll(const char *text, unsigned int base, long long *to)
{
    unsigned long long value;
    bool negative = *text == '-';
    int error = kstrtoull(text + negative, base, &value);

    if (error) return error;
    if (negative && text[1] == '+') return -EINVAL;
    if (negative ? value > (u64)S64_MAX + 1 : value > S64_MAX) return -ERANGE;
    *to = (long long)(negative ? -value : value);
    return 0;
}

#define NARROW(name, type, wide, from)                      \
    int name(const char *text, unsigned int base, type *to) \
    {                                                       \
        wide value;                                         \
        int error = from(text, base, &value);               \
        if (error) return error;                            \
        if ((wide)(type)value != value) return -ERANGE;     \
        *to = (type)value;                                  \
        return 0;                                           \
    }
NARROW(kstrtouint, unsigned int, unsigned long long, kstrtoull)
NARROW(kstrtou16, u16, unsigned long long, kstrtoull)
NARROW(kstrtou8, u8, unsigned long long, kstrtoull)
NARROW(_kstrtoul, unsigned long, unsigned long long, kstrtoull)
NARROW(kstrtoint, int, long long, kstrtoll)
NARROW(kstrtos16, s16, long long, kstrtoll)
NARROW(kstrtos8, s8, long long, kstrtoll)
NARROW(_kstrtol, long, long long, kstrtoll)

int kstrtobool(const char *text, bool *to)
{
    if (!text) return -EINVAL;
    switch (text[0]) {
        case 'y':
        case 'Y':
        case 't':
        case 'T':
        case '1':
            *to = true;
            return 0;
        case 'n':
        case 'N':
        case 'f':
        case 'F':
        case '0':
            *to = false;
            return 0;
        case 'o':
        case 'O':
            if (_tolower(text[1]) == 'n') {
                *to = true;
                return 0;
            }
            if (_tolower(text[1]) == 'f') {
                *to = false;
                return 0;
            }
            return -EINVAL;
        default:
            return -EINVAL;
    }
}

/* At most `most` characters; a field that ends within the prefix is read over and is zero. */
static u64 number(const char *text, const char **end, unsigned int base, size_t most)
{
    const char *first = prefix(text, &base);
    size_t before = (size_t)(first - text);
    bool overflow;
    u64 value = 0;

    *end = before < most ? digits(first, base, most - before, &value, &overflow) : text + most;
    return value;
}

unsigned long long simple_strtoull(const char *text, char **end, unsigned int base)
{
    const char *after;
    u64 value = number(text, &after, base, SIZE_MAX);
    if (end) *end = (char *)after;
    return value;
}
unsigned long simple_strtoul(const char *text, char **end, unsigned int base)
{
    return simple_strtoull(text, end, base);
}
long long simple_strtoll(const char *text, char **end, unsigned int base)
{
    return *text == '-' ? -(long long)simple_strtoull(text + 1, end, base)
                        : (long long)simple_strtoull(text, end, base);
}
long simple_strtol(const char *text, char **end, unsigned int base) { return simple_strtoll(text, end, base); }

unsigned long long memparse(const char *text, char **end)
{
    char *at;
    unsigned long long value = simple_strtoull(text, &at, 0);
    switch (_tolower(*at)) {
        case 'e':
            value <<= 10;
            fallthrough;
        case 'p':
            value <<= 10;
            fallthrough;
        case 't':
            value <<= 10;
            fallthrough;
        case 'g':
            value <<= 10;
            fallthrough;
        case 'm':
            value <<= 10;
            fallthrough;
        case 'k':
            value <<= 10;
            at++;
            break;
        default:
            break;
    }
    if (end) *end = at;
    return value;
}

/* 0: no number; 1: one; 2: one and the comma behind it, which is read over; 3: the start of a range. */
int get_option(char **text, int *option)
{
    char *at = *text;
    bool negative;
    int value;

    if (!at || !*at) return 0;
    negative = *at == '-';
    at += negative;
    value = (int)simple_strtoull(at, text, 0);
    if (option) *option = negative ? -value : value;
    if (at == *text) return 0;
    if (**text == ',') {
        (*text)++;
        return 2;
    }
    return **text == '-' ? 3 : 1;
}

/* "3,5-7" into numbers[1..n-1]; numbers[0] says how many there were. With n == 0 they are only counted. */
char *get_options(const char *text, int n, int *numbers)
{
    char *at = (char *)text;
    int count = 0;

    while (n == 0 || count + 1 < n) {
        int value = 0, kind = get_option(&at, &value);

        if (!kind) break;
        if (n) numbers[count + 1] = value;
        if (kind == 3) {
            /* Its last number is read as the next one. */
            int last = (int)simple_strtol(++at, NULL, 0);
            if (last < value) break;
            for (; value < last; value++, count++)
                if (count + 1 < n) numbers[count + 1] = value;
            continue;
        }
        count++;
        if (kind == 1) break;
    }
    numbers[0] = count;
    return at;
}

/* ---- sscanf ---------------------------------------------------------------------------------- */

static void store(void *to, char length, u64 value)
{
    switch (length) {
        case 'H':
            *(u8 *)to = (u8)value;
            break;
        case 'h':
            *(u16 *)to = (u16)value;
            break;
        case 'l':
        case 'L':
        case 'z':
            *(u64 *)to = value;
            break;
        default:
            *(u32 *)to = (u32)value;
            break;
    }
}

int ashlar_vsscanf(const char *text, const char *format, va_list arguments_in)
{
    const char *start = text;
    va_list arguments;
    int fields = 0;

    va_copy(arguments, arguments_in);
    while (*format) {
        bool skip = false, has_width = false;
        size_t width = SIZE_MAX;
        char length = 0;

        if (isspace(*format)) {
            format = skip_spaces(format);
            text = skip_spaces(text);
            continue;
        }
        if (*format != '%') {
            if (*format++ != *text++) break;
            continue;
        }
        format++;
        if (*format == '*') skip = true, format++;
        if (isdigit(*format)) {
            width = simple_strtoul(format, (char **)&format, 10);
            has_width = true;
        }
        if (*format == 'h' || *format == 'l') {
            length = *format++;
            if (*format == length) length = (char)(length == 'h' ? 'H' : 'L'), format++;
        } else if (*format == 'z' || *format == 'L') {
            length = *format++;
        }
        if (*format == 'n') {
            if (!skip) *va_arg(arguments, int *) = (int)(text - start);
            format++;
            continue;
        }
        if (*format == 'c') {
            char *to = skip ? NULL : va_arg(arguments, char *);
            if (!has_width) width = 1;
            if (strnlen(text, width) < width) break;
            if (to) memcpy(to, text, width), fields++;
            text += width;
            format++;
            continue;
        }
        if (*format == '%') {
            if (*text++ != '%') break;
            format++;
            continue;
        }
        if (*format == 's') {
            char *to = skip ? NULL : va_arg(arguments, char *);
            text = skip_spaces(text);
            if (!*text) break;
            for (; *text && !isspace(*text) && width; width--, text++)
                if (to) *to++ = *text;
            if (to) *to = 0, fields++;
            format++;
            continue;
        }
        {
            unsigned int base = *format == 'x' || *format == 'X' ? 16 : *format == 'o' ? 8 : *format == 'i' ? 0 : 10;
            bool is_signed = *format == 'd' || *format == 'i', negative;
            char first;
            u64 value;

            if (!strchr("dixXou", *format)) break;
            format++;
            text = skip_spaces(text);
            negative = is_signed && *text == '-';
            if (negative && width == 1) break;
            first = text[negative];
            if (base == 16 ? !isxdigit(first) : base == 8 ? !isodigit(first) : !isdigit(first)) break;
            value = number(text + negative, &text, base, negative && width != SIZE_MAX ? width - 1 : width);
            if (!skip) {
                store(va_arg(arguments, void *), length, negative ? -value : value);
                fields++;
            }
        }
    }
    va_end(arguments);
    return fields;
}

int sscanf(const char *text, const char *format, ...)
{
    va_list arguments;
    int fields;
    va_start(arguments, format);
    fields = ashlar_vsscanf(text, format, arguments);
    va_end(arguments);
    return fields;
}
