// What malloc's calls promise beyond the heap's: errno, overflow, and what
// realloc does with null and 0. Written once, exported under malloc's names
// (c_api.cpp) and under ours (ashlar_api.cpp).
//
// Where standards leave a choice the C library of the system decides it:
// realloc(p, 0) frees and returns null, sizes above PTRDIFF_MAX fail with
// ENOMEM, malloc(0) returns a block, free keeps errno.
#pragma once

#include <cerrno>

#include "assemble/preload/process_heap.h"

namespace ashlar::preload::calls {

[[gnu::cold, gnu::noinline]] inline void* fail(int error) {
    errno = error;
    return nullptr;
}

inline void* or_enomem(void* p) {
    return p != nullptr ? p : fail(ENOMEM);
}

[[gnu::noinline]] inline void* allocate_slow(usize size) {
    return or_enomem(ProcessHeap::allocate_slow(size));
}

inline void* allocate(usize size) {
    if (void* p = ProcessHeap::take_chained(size)) [[likely]]
        return p;
    return allocate_slow(size);
}

inline void* allocate_zeroed(usize count, usize size) {
    usize bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return fail(ENOMEM);
    return or_enomem(ProcessHeap::allocate_zeroed(bytes));
}

inline void* reallocate(void* p, usize size) {
    if (p == nullptr) return allocate(size);
    if (size == 0) {
        ProcessHeap::deallocate(p);
        return nullptr;
    }
    return or_enomem(ProcessHeap::reallocate(p, size));
}

inline void* reallocate_array(void* p, usize count, usize size) {
    usize bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return fail(ENOMEM);
    return reallocate(p, bytes);
}

// `align` is a power of two.
inline void* allocate_aligned(usize align, usize size) {
    if (size > kMaxRequest) return fail(ENOMEM);
    return or_enomem(ProcessHeap::allocate_aligned(size, align));
}

inline void* allocate_aligned_or_einval(usize align, usize size) {
    return is_power_of_two(align) ? allocate_aligned(align, size) : fail(EINVAL);
}

}  // namespace ashlar::preload::calls
