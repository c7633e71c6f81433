// Copies that live in kmalloc memory. Who calls them is who allocates: in owner
// stacks, and for failures injected by call site.

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define HERE ((unsigned long)__builtin_return_address(0))

void* kmemdup(const void* from, size_t size, gfp_t flags) {
    void* copy = kmalloc_track_caller(size, flags);
    if (copy) memcpy(copy, from, size);
    return copy;
}

static char* copy_text(const char* text, size_t size, gfp_t flags, unsigned long caller) {
    char* copy = __kmalloc_node_track_caller(size + 1, flags, NUMA_NO_NODE, caller);
    if (!copy) return NULL;
    memcpy(copy, text, size);
    copy[size] = 0;
    return copy;
}

char* kmemdup_nul(const char* text, size_t size, gfp_t flags) {
    return text ? copy_text(text, size, flags, HERE) : NULL;
}

char* kstrdup(const char* text, gfp_t flags) {
    return text ? copy_text(text, strlen(text), flags, HERE) : NULL;
}
char* kstrndup(const char* text, size_t most, gfp_t flags) {
    return text ? copy_text(text, strnlen(text, most), flags, HERE) : NULL;
}
const char* kstrdup_const(const char* text, gfp_t flags) {
    return text ? copy_text(text, strlen(text), flags, HERE) : NULL;
}
void kfree_const(const void* text) {
    kfree(text);
}

static char* print(gfp_t flags, const char* format, va_list arguments, unsigned long caller) {
    va_list again;
    int length;
    char* text;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = __kmalloc_node_track_caller((size_t)length + 1, flags, NUMA_NO_NODE, caller);
    if (text) vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}
char* kvasprintf(gfp_t flags, const char* format, va_list arguments) {
    return print(flags, format, arguments, HERE);
}
const char* kvasprintf_const(gfp_t flags, const char* format, va_list arguments) {
    return print(flags, format, arguments, HERE);
}

char* kasprintf(gfp_t flags, const char* format, ...) {
    va_list arguments;
    char* text;
    va_start(arguments, format);
    text = print(flags, format, arguments, HERE);
    va_end(arguments);
    return text;
}

__weak char** argv_split(gfp_t flags, const char* text, int* count) {
    char* copy = kstrndup(text, KMALLOC_MAX_SIZE - 1, flags);
    char** argv;
    int n = 0;

    if (!copy) return NULL;
    for (const char* at = copy; *at;) {
        at = skip_spaces(at);
        if (*at) n++;
        while (*at && !isspace((unsigned char)*at)) at++;
    }
    /* The copy is remembered before the first argument, for argv_free. */
    argv = kmalloc_array((size_t)n + 2, sizeof(*argv), flags);
    if (!argv) {
        kfree(copy);
        return NULL;
    }
    *argv++ = copy;
    n = 0;
    for (char* at = copy; *at;) {
        at = skip_spaces(at);
        if (*at) argv[n++] = at;
        while (*at && !isspace((unsigned char)*at)) at++;
        if (*at) *at++ = 0;
    }
    argv[n] = NULL;
    if (count) *count = n;
    return argv;
}
__weak void argv_free(char** argv) {
    argv--;
    kfree(argv[0]);
    kfree(argv);
}
