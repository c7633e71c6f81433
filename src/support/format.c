// The kernel's printf. Beside C's conversions:
//
//   %p  %px  %pK      an address, in full: nobody to hide it from
//   %ps  %pS  %pB     the symbol of a code address, without or with its offset
//   %pe               the name of an error number in a pointer
//   %pV               a struct va_format: another format and its arguments
//   %*pb  %*pbl       a bitmap of `width` bits, in hexadecimal or as a list
//   %*ph[CDN]         `width` bytes in hexadecimal
//   %pU[bBlL]         a UUID    %pM  a MAC address   %pI4  an IPv4 address
//   %pa[p] %pad       a physical address, by reference
//   %pt...            not supported, printed as an address
//
// Every put goes through one cursor that counts what would have been written
// and writes what fits.

#include <ashlar/kernel_port.h>

#include <asm/page.h>
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

struct out {
    char *at, *end; /* may pass end; never written there */
};
struct spec {
    bool left, plus, space, alternate, zero;
    bool has_precision;
    int width, precision;
    char length; /* 'H' for hh, 'h', 'l', 'L' for ll, 'z', 't' or 0 */
};

static void put(struct out *out, char c)
{
    if (out->at < out->end) *out->at = c;
    out->at++;
}

static void pad(struct out *out, int count, char c)
{
    while (count-- > 0) put(out, c);
}

static void put_text(struct out *out, const char *text, struct spec spec)
{
    size_t length;

    if ((unsigned long)text < PAGE_SIZE) text = text ? "(efault)" : "(null)";
    length = spec.has_precision ? strnlen(text, (size_t)spec.precision) : strlen(text);
    if (!spec.left) pad(out, spec.width - (int)length, ' ');
    for (size_t i = 0; i < length; i++) put(out, text[i]);
    if (spec.left) pad(out, spec.width - (int)length, ' ');
}

static void put_number(struct out *out, u64 value, unsigned base, bool negative, bool upper, struct spec spec)
{
    char digits[66];
    int count = 0, prefix = 0, zeros;
    char sign = negative ? '-' : spec.plus ? '+' : spec.space ? ' ' : 0;

    for (u64 rest = value; rest; rest /= base) {
        char digit = hex_asc[rest % base];
        digits[count++] = upper && digit >= 'a' ? (char)(digit - 32) : digit;
    }
    if (!count && !(spec.has_precision && spec.precision == 0)) digits[count++] = '0';
    if (spec.alternate && base == 16) prefix = 2;
    if (spec.alternate && base == 8 && (count == 0 || digits[count - 1] != '0')) prefix = 1;
    zeros = spec.has_precision ? spec.precision - count : 0;
    if (!spec.has_precision && spec.zero && !spec.left) zeros = spec.width - count - prefix - (sign ? 1 : 0);
    if (zeros < 0) zeros = 0;
    {
        int room = spec.width - count - zeros - prefix - (sign ? 1 : 0);
        if (!spec.left) pad(out, room, ' ');
        if (sign) put(out, sign);
        if (prefix) put(out, '0');
        if (prefix == 2) put(out, upper ? 'X' : 'x');
        pad(out, zeros, '0');
        while (count > 0) put(out, digits[--count]);
        if (spec.left) pad(out, room, ' ');
    }
}

static void put_hex(struct out *out, u64 value, int width)
{
    struct spec spec = {.zero = true, .width = width};
    put_number(out, value, 16, false, false, spec);
}

static void put_decimal(struct out *out, u64 value) { put_number(out, value, 10, false, false, (struct spec){0}); }

static void put_symbol(struct out *out, const void *address, bool with_offset, struct spec spec)
{
    char name[160];
    size_t length = ashlar_port_symbol(address, name, sizeof(name));
    char *plus;

    if (length >= sizeof(name)) name[sizeof(name) - 1] = 0;
    plus = strrchr(name, '+');
    if (!with_offset && plus) *plus = 0;
    spec.has_precision = false;
    put_text(out, name, spec);
}

static const char *error_name(long error)
{
#define NAME(e) \
    case e:     \
        return #e
    switch (error) {
        NAME(EPERM);
        NAME(ENOENT);
        NAME(EINTR);
        NAME(EIO);
        NAME(E2BIG);
        NAME(EBADF);
        NAME(EAGAIN);
        NAME(ENOMEM);
        NAME(EACCES);
        NAME(EFAULT);
        NAME(EBUSY);
        NAME(EEXIST);
        NAME(ENODEV);
        NAME(EINVAL);
        NAME(ENFILE);
        NAME(EMFILE);
        NAME(ENOSPC);
        NAME(EROFS);
        NAME(EPIPE);
        NAME(EDOM);
        NAME(ERANGE);
        NAME(EDEADLK);
        NAME(ENAMETOOLONG);
        NAME(ENOSYS);
        NAME(ENOTEMPTY);
        NAME(ENODATA);
        NAME(ETIME);
        NAME(EOVERFLOW);
        NAME(EOPNOTSUPP);
        NAME(ETIMEDOUT);
        NAME(EALREADY);
        NAME(EINPROGRESS);
        NAME(EPROBE_DEFER);
        NAME(ENOTSUPP);
        default:
            return NULL;
    }
#undef NAME
}

static void put_bitmap(struct out *out, const unsigned long *map, int bits, bool list)
{
    bool first = true;
    unsigned int start, end;

    if (!map) {
        put_text(out, NULL, (struct spec){0});
        return;
    }
    if (list) {
        for_each_set_bitrange(start, end, map, (unsigned int)bits)
        {
            if (!first) put(out, ',');
            first = false;
            put_decimal(out, start);
            if (end > start + 1) {
                put(out, '-');
                put_decimal(out, end - 1);
            }
        }
        return;
    }
    /* Groups of 32 bits, the highest first and as wide as it has bits. */
    for (int chunk = (bits + 31) / 32 - 1; chunk >= 0; chunk--) {
        int width = chunk == (bits + 31) / 32 - 1 && bits % 32 ? bits % 32 : 32;
        u32 value = (u32)(map[chunk / 2] >> (chunk % 2 * 32));
        if (width < 32) value &= (1u << width) - 1;
        if (!first) put(out, ',');
        first = false;
        put_hex(out, value, DIV_ROUND_UP(width, 4));
    }
}

static void put_bytes(struct out *out, const u8 *bytes, int count, char separator)
{
    if (!bytes) {
        put_text(out, NULL, (struct spec){0});
        return;
    }
    for (int i = 0; i < count && i < 64; i++) {
        if (i && separator) put(out, separator);
        put_hex(out, bytes[i], 2);
    }
}

static void put_uuid(struct out *out, const u8 *bytes, char kind)
{
    static const u8 big[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const u8 little[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    const u8 *order = kind == 'l' || kind == 'L' ? little : big;
    bool upper = kind == 'B' || kind == 'L';

    for (int i = 0; i < 16; i++) {
        struct spec spec = {.zero = true, .width = 2};
        if (i == 4 || i == 6 || i == 8 || i == 10) put(out, '-');
        put_number(out, bytes[order[i]], 16, false, upper, spec);
    }
}

static const char *put_pointer(struct out *out, const char *format, const void *pointer, struct spec spec)
{
    switch (*format) {
        case 'S':
            put_symbol(out, pointer, true, spec);
            break;
        case 'B':
            /* A return address: the call stands before it, maybe as the last of its function. */
            put_symbol(out, (const char *)pointer - 1, true, spec);
            break;
        case 's':
            put_symbol(out, pointer, false, spec);
            break;
        case 'e': {
            const char *name = IS_ERR(pointer) ? error_name(-PTR_ERR(pointer)) : NULL;
            if (name) {
                put(out, '-');
                put_text(out, name, spec);
            } else {
                put_number(out, (unsigned long)pointer, 16, false, false, spec);
            }
            break;
        }
        case 'V': {
            const struct va_format *inner = pointer;
            size_t room = out->at < out->end ? (size_t)(out->end - out->at) : 0;
            va_list copy;
            va_copy(copy, *inner->va);
            out->at += ashlar_vsnprintf(room ? out->at : NULL, room, inner->fmt, copy);
            va_end(copy);
            break;
        }
        case 'b': {
            bool list = format[1] == 'l';
            put_bitmap(out, pointer, spec.width, list);
            return format + (list ? 2 : 1);
        }
        case 'h': {
            char separator = ' ';
            int length = 1;
            if (format[1] == 'C') separator = ':', length = 2;
            if (format[1] == 'D') separator = '-', length = 2;
            if (format[1] == 'N') separator = 0, length = 2;
            put_bytes(out, pointer, spec.width > 0 ? spec.width : 1, separator);
            return format + length;
        }
        case 'U': {
            bool kind = format[1] && strchr("bBlL", format[1]);
            put_uuid(out, pointer, kind ? format[1] : 'b');
            return format + (kind ? 2 : 1);
        }
        case 'M':
        case 'm':
            put_bytes(out, pointer, 6, *format == 'M' ? ':' : 0);
            break;
        case 'I':
            if (format[1] == '4' && pointer) {
                const u8 *bytes = pointer;
                for (int i = 0; i < 4; i++) {
                    if (i) put(out, '.');
                    put_decimal(out, bytes[i]);
                }
                return format + 2;
            }
            break;
        case 'a':
            put(out, '0');
            put(out, 'x');
            put_hex(out, *(const phys_addr_t *)pointer, 16);
            return format + (format[1] == 'p' || format[1] == 'd' ? 2 : 1);
        case 'K':
        case 'x':
            put_hex(out, (unsigned long)pointer, 16);
            break;
        default:
            put_hex(out, (unsigned long)pointer, 16);
            return format;
    }
    return format + 1;
}

static const char *parse(const char *format, struct spec *spec, va_list *arguments)
{
    *spec = (struct spec){0};
    for (;; format++) {
        if (*format == '-')
            spec->left = true;
        else if (*format == '+')
            spec->plus = true;
        else if (*format == ' ')
            spec->space = true;
        else if (*format == '#')
            spec->alternate = true;
        else if (*format == '0')
            spec->zero = true;
        else
            break;
    }
    if (*format == '*') {
        spec->width = va_arg(*arguments, int);
        format++;
        if (spec->width < 0) {
            spec->left = true;
            spec->width = -spec->width;
        }
    } else {
        while (isdigit(*format)) spec->width = spec->width * 10 + (*format++ - '0');
    }
    if (*format == '.') {
        format++;
        spec->has_precision = true;
        if (*format == '*') {
            spec->precision = va_arg(*arguments, int);
            format++;
            if (spec->precision < 0) spec->precision = 0;
        } else {
            while (isdigit(*format)) spec->precision = spec->precision * 10 + (*format++ - '0');
        }
    }
    if (*format == 'h' || *format == 'l') {
        spec->length = *format++;
        if (*format == spec->length) {
            spec->length = (char)(spec->length == 'h' ? 'H' : 'L');
            format++;
        }
    } else if (*format == 'z' || *format == 't' || *format == 'L') {
        spec->length = *format++;
    }
    return format;
}

static u64 take_integer(struct spec *spec, bool is_signed, bool *negative, va_list *arguments)
{
    s64 value;

    *negative = false;
    if (spec->length == 'l' || spec->length == 'z' || spec->length == 't' || spec->length == 'L')
        value = (s64)va_arg(*arguments, long long);
    else if (is_signed)
        value = va_arg(*arguments, int);
    else
        value = va_arg(*arguments, unsigned int);
    if (spec->length == 'h') value = is_signed ? (s16)value : (u16)value;
    if (spec->length == 'H') value = is_signed ? (s8)value : (u8)value;
    if (is_signed && value < 0) {
        *negative = true;
        return -(u64)value;
    }
    return (u64)value;
}

int ashlar_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments_in)
{
    struct out out = {buffer, buffer + size};
    va_list arguments;

    if (WARN_ON_ONCE(size > INT_MAX)) return 0;
    va_copy(arguments, arguments_in);
    while (*format) {
        struct spec spec;
        bool negative;
        const char *start = format;

        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        format = parse(format + 1, &spec, &arguments);
        switch (*format) {
            case '%':
                put(&out, '%');
                format++;
                break;
            case 'c': {
                char c = (char)va_arg(arguments, int);
                if (!spec.left) pad(&out, spec.width - 1, ' ');
                put(&out, c);
                if (spec.left) pad(&out, spec.width - 1, ' ');
                format++;
                break;
            }
            case 's':
                put_text(&out, va_arg(arguments, const char *), spec);
                format++;
                break;
            case 'p':
                format = put_pointer(&out, format + 1, va_arg(arguments, const void *), spec);
                break;
            case 'd':
            case 'i': {
                u64 value = take_integer(&spec, true, &negative, &arguments);
                put_number(&out, value, 10, negative, false, spec);
                format++;
                break;
            }
            case 'u':
            case 'x':
            case 'X':
            case 'o': {
                u64 value = take_integer(&spec, false, &negative, &arguments);
                unsigned base = *format == 'u' ? 10 : *format == 'o' ? 8 : 16;
                spec.plus = spec.space = false;
                put_number(&out, value, base, false, *format == 'X', spec);
                format++;
                break;
            }
            default:
                /* Unknown: what was written stands as text, and nothing is known of the rest. */
                WARN_ONCE(1, "Please remove unsupported %%%c in format string\n", *format ? *format : ' ');
                while (*start) put(&out, *start++);
                format = start;
        }
    }
    va_end(arguments);
    if (size) {
        if (out.at < out.end)
            *out.at = 0;
        else
            out.end[-1] = 0;
    }
    return (int)(out.at - buffer);
}

int ashlar_vscnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = ashlar_vsnprintf(buffer, size, format, arguments);
    return likely((size_t)length < size) ? length : size ? (int)(size - 1) : 0;
}

int scnprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = ashlar_vscnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

/* These three have their own symbols, see linux/printk.h. */
int snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = ashlar_vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int vsprintf(char *buffer, const char *format, va_list arguments)
{
    return ashlar_vsnprintf(buffer, INT_MAX, format, arguments);
}

int sprintf(char *buffer, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = ashlar_vsnprintf(buffer, INT_MAX, format, arguments);
    va_end(arguments);
    return length;
}
