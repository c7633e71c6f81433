// The functions of C that compiled code and the library call, for a kernel that
// has none. All are weak: the kernel's own win.
//
// Long copies and fills go by string instructions, eight bytes at a time:
// processors turn them into whole cache lines.

#include <stddef.h>
#include <stdint.h>

#define OURS __attribute__((__weak__))

enum { LONG_RUN = 128 };

OURS void* memcpy(void* restrict to, const void* restrict from, size_t count) {
    char* at = to;
    const char* source = from;

    if (count >= LONG_RUN) {
        size_t words = count / 8;
        __asm__ volatile("rep movsq" : "+D"(at), "+S"(source), "+c"(words) : : "memory");
        count %= 8;
    }
    for (; count >= 8; count -= 8, at += 8, source += 8) {
        uint64_t word;
        __builtin_memcpy(&word, source, 8);
        __builtin_memcpy(at, &word, 8);
    }
    while (count--) *at++ = *source++;
    return to;
}

OURS void* memmove(void* to, const void* from, size_t count) {
    char* at = to;
    const char* source = from;

    /* Forwards is right unless the target starts inside the source. */
    if ((uintptr_t)at - (uintptr_t)source >= count) return memcpy(to, from, count);
    while (count--) at[count] = source[count];
    return to;
}

OURS void* memset(void* to, int byte, size_t count) {
    char* at = to;
    uint64_t word = (uint8_t)byte * 0x0101010101010101ULL;

    if (count >= LONG_RUN) {
        size_t words = count / 8;
        __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(word) : "memory");
        count %= 8;
    }
    for (; count >= 8; count -= 8, at += 8) __builtin_memcpy(at, &word, 8);
    while (count--) *at++ = (char)byte;
    return to;
}

OURS int memcmp(const void* a, const void* b, size_t count) {
    const unsigned char *left = a, *right = b;

    for (; count; count--, left++, right++)
        if (*left != *right) return *left - *right;
    return 0;
}

OURS void* memchr(const void* from, int byte, size_t count) {
    const unsigned char* at = from;

    for (; count; count--, at++)
        if (*at == (unsigned char)byte) return (void*)at;
    return NULL;
}

OURS size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

OURS size_t strnlen(const char* text, size_t most) {
    size_t length = 0;
    while (length < most && text[length]) length++;
    return length;
}

OURS int strncmp(const char* a, const char* b, size_t count) {
    for (; count; count--, a++, b++)
        if (*a != *b || !*a) return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

OURS int strcmp(const char* a, const char* b) {
    return strncmp(a, b, SIZE_MAX);
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

OURS int strncasecmp(const char* a, const char* b, size_t count) {
    for (; count; count--, a++, b++)
        if (lower(*a) != lower(*b) || !*a) return lower(*a) - lower(*b);
    return 0;
}

OURS int strcasecmp(const char* a, const char* b) {
    return strncasecmp(a, b, SIZE_MAX);
}

OURS char* strcpy(char* to, const char* from) {
    memcpy(to, from, strlen(from) + 1);
    return to;
}

OURS char* strncpy(char* to, const char* from, size_t count) {
    size_t length = strnlen(from, count);
    memcpy(to, from, length);
    memset(to + length, 0, count - length);
    return to;
}

OURS char* strcat(char* to, const char* from) {
    strcpy(to + strlen(to), from);
    return to;
}

OURS char* strncat(char* to, const char* from, size_t count) {
    size_t length = strlen(to), part = strnlen(from, count);
    memcpy(to + length, from, part);
    to[length + part] = 0;
    return to;
}

OURS char* strchrnul(const char* text, int character) {
    while (*text && *text != (char)character) text++;
    return (char*)text;
}

OURS char* strchr(const char* text, int character) {
    char* at = strchrnul(text, character);
    return *at == (char)character ? at : NULL;
}

OURS char* strrchr(const char* text, int character) {
    const char* at = text + strlen(text);
    for (;; at--) {
        if (*at == (char)character) return (char*)at;
        if (at == text) return NULL;
    }
}

OURS char* strstr(const char* text, const char* part) {
    size_t length = strlen(part);
    for (; *text; text++)
        if (strncmp(text, part, length) == 0) return (char*)text;
    return length ? NULL : (char*)text;
}

OURS size_t strspn(const char* text, const char* accept) {
    size_t length = 0;
    while (text[length] && strchr(accept, text[length])) length++;
    return length;
}

OURS size_t strcspn(const char* text, const char* reject) {
    size_t length = 0;
    while (text[length] && !strchr(reject, text[length])) length++;
    return length;
}

OURS char* strpbrk(const char* text, const char* accept) {
    text += strcspn(text, accept);
    return *text ? (char*)text : NULL;
}

OURS char* strsep(char** text, const char* separators) {
    char *start = *text, *end;

    if (!start) return NULL;
    end = strpbrk(start, separators);
    if (end) *end++ = 0;
    *text = end;
    return start;
}

/* Compilers call this where the processor has no instruction for it. */
OURS int __popcountdi2(long value) {
    uint64_t bits = (uint64_t)value;
    bits -= bits >> 1 & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
    bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (int)(bits * 0x0101010101010101 >> 56);
}
