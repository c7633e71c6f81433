// Calls that are others in disguise, made by name as the C library makes them:
// where a program or a tool (valgrind) brings malloc, realloc and free of its
// own, these must end there, or blocks of two heaps would meet.
//
// In a file of its own because a compiler that sees the functions called binds
// the calls to them.

#include <cerrno>
#include <cstdlib>

#include "assemble/preload/process_heap.h"

using ashlar::usize;

ASHLAR_EXPORT void* reallocarray(void* p, usize count, usize size) {
    usize bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    return realloc(p, bytes);
}

ASHLAR_EXPORT void cfree(void* p) {
    free(p);
}
ASHLAR_EXPORT void free_sized(void* p, usize) {
    free(p);
}
ASHLAR_EXPORT void free_aligned_sized(void* p, usize, usize) {
    free(p);
}
