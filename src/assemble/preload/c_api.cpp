// malloc and its family, as the C library documents them (see calls.h).

#include <cerrno>

#include <malloc.h>
#include <unistd.h>

#include "assemble/preload/calls.h"

using ashlar::usize;
using ashlar::preload::ProcessHeap;
using ashlar::preload::ProcessPort;
namespace calls = ashlar::preload::calls;

// memalign takes any alignment and uses the next power of two.
static constexpr usize kLargestAlign = usize{1} << 62;

ASHLAR_EXPORT void* malloc(usize size) {
    return calls::allocate(size);
}

ASHLAR_EXPORT void free(void* p) {
    ProcessHeap::deallocate(p);
}

ASHLAR_EXPORT void* calloc(usize count, usize size) {
    return calls::allocate_zeroed(count, size);
}

ASHLAR_EXPORT void* realloc(void* p, usize size) {
    return calls::reallocate(p, size);
}

ASHLAR_EXPORT int posix_memalign(void** result, usize align, usize size) {
    if (align % sizeof(void*) != 0 || !ashlar::is_power_of_two(align)) return EINVAL;
    void* p = calls::allocate_aligned(align, size);
    if (p == nullptr) return ENOMEM;
    *result = p;
    return 0;
}

ASHLAR_EXPORT void* aligned_alloc(usize align, usize size) {
    return calls::allocate_aligned_or_einval(align, size);
}

ASHLAR_EXPORT void* memalign(usize align, usize size) {
    if (align > kLargestAlign * 2) return calls::fail(EINVAL);
    return calls::allocate_aligned(usize{1} << ashlar::log2_ceil(align), size);
}

ASHLAR_EXPORT void* valloc(usize size) {
    return calls::allocate_aligned(ProcessPort::page_size(), size);
}

ASHLAR_EXPORT void* pvalloc(usize size) {
    const usize page = ProcessPort::page_size();
    if (size > ashlar::kMaxRequest) return calls::fail(ENOMEM);
    return calls::allocate_aligned(page, ashlar::align_up(size == 0 ? 1 : size, page));
}

ASHLAR_EXPORT usize malloc_usable_size(void* p) {
    return ProcessHeap::usable_size(p);
}

// The pad is not kept: what is free goes back.
ASHLAR_EXPORT int malloc_trim(usize) {
    return ProcessHeap::purge() > 0 ? 1 : 0;
}

// The parameters of the C library's malloc have no meaning here; asking for
// one that it knows succeeds, as programs check.
ASHLAR_EXPORT int mallopt(int parameter, int value) {
    switch (parameter) {
        case M_MXFAST:
            return value >= 0 && value <= static_cast<int>(80 * sizeof(usize) / 4) ? 1 : 0;
        case M_TRIM_THRESHOLD:
        case M_TOP_PAD:
        case M_MMAP_THRESHOLD:
        case M_MMAP_MAX:
        case M_CHECK_ACTION:
        case M_PERTURB:
        case M_ARENA_TEST:
        case M_ARENA_MAX:
            return 1;
        default:
            return 0;
    }
}
