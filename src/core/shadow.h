// AddressSanitizer's shadow memory, for programs that are built with it: what
// is poisoned here, instrumented code may not touch. The functions are weak, so
// that any other program links and runs without them.
#pragma once

#include "core/types.h"

extern "C" {
void __asan_poison_memory_region(const volatile void* at, size_t size) __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void* at, size_t size) __attribute__((weak));
}

namespace ashlar::shadow {

// Set once at start; false in a program without AddressSanitizer.
inline bool on __attribute__((visibility("hidden"))) = false;

inline bool present() {
    return &__asan_poison_memory_region != nullptr;
}
inline void poison(const volatile void* at, usize size) {
    if (on) [[unlikely]]
        __asan_poison_memory_region(at, size);
}
inline void unpoison(const volatile void* at, usize size) {
    if (on) [[unlikely]]
        __asan_unpoison_memory_region(at, size);
}
// `size` bytes of a piece of `whole` may be touched, the rest not.
inline void unpoison_part(const volatile char* at, usize size, usize whole) {
    unpoison(at, size);
    poison(at + size, whole - size);
}

}  // namespace ashlar::shadow
