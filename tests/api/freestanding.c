/* A program with no C library and no system behind it but the exit call: the
 * heap over a static array must be all it needs. Exit status 0 if it works. */
#include <ashlar/ashlar.h>

/* What any compiler may ask for. */
void* memcpy(void* to, const void* from, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char*)to)[i] = ((const char*)from)[i];
    return to;
}
void* memmove(void* to, const void* from, size_t n) {
    if ((uintptr_t)to < (uintptr_t)from) return memcpy(to, from, n);
    while (n-- > 0) ((volatile char*)to)[n] = ((const char*)from)[n];
    return to;
}
void* memset(void* to, int value, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char*)to)[i] = (char)value;
    return to;
}

static char storage[2048];

static int run(void) {
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(storage, sizeof storage);
    if (heap == 0) return 1;
    char* blocks[8];
    for (int i = 0; i < 8; i++) {
        blocks[i] = ashlar_buffer_heap_zalloc(heap, 100);
        if (blocks[i] == 0 || blocks[i][99] != 0) return 2;
        memset(blocks[i], i, 100);
    }
    for (int i = 0; i < 8; i += 2) ashlar_buffer_heap_free(heap, blocks[i]);
    for (int i = 1; i < 8; i += 2) {
        blocks[i] = ashlar_buffer_heap_realloc(heap, blocks[i], 150);
        if (blocks[i] == 0 || blocks[i][0] != i || blocks[i][99] != i) return 3;
    }
    return ashlar_buffer_heap_check(heap) ? 0 : 4;
}

__attribute__((noreturn)) static void leave(int status) {
#if defined(__x86_64__)
    __asm__ volatile("syscall" : : "a"(231L), "D"((long)status) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long x0 __asm__("x0") = status;
    register long x8 __asm__("x8") = 94;
    __asm__ volatile("svc 0" : : "r"(x0), "r"(x8) : "memory");
#endif
    __builtin_trap();
}

__attribute__((noreturn, force_align_arg_pointer)) void _start(void) {
    leave(run());
}
