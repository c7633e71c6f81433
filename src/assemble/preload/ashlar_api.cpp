// The functions of <ashlar/ashlar.h> over the process's heap.

#include <ashlar/ashlar.h>

#include "assemble/preload/calls.h"

using ashlar::usize;
using ashlar::preload::ProcessHeap;
namespace calls = ashlar::preload::calls;

void* ashlar_malloc(usize size) noexcept {
    return calls::allocate(size);
}

void* ashlar_calloc(usize count, usize size) noexcept {
    return calls::allocate_zeroed(count, size);
}

void* ashlar_zalloc(usize size) noexcept {
    return calls::allocate_zeroed(1, size);
}

void* ashlar_realloc(void* p, usize size) noexcept {
    return calls::reallocate(p, size);
}

void* ashlar_reallocarray(void* p, usize count, usize size) noexcept {
    return calls::reallocate_array(p, count, size);
}

void* ashlar_aligned_alloc(usize align, usize size) noexcept {
    return calls::allocate_aligned_or_einval(align, size);
}

void* ashlar_aligned_zalloc(usize align, usize size) noexcept {
    if (align <= ashlar::kMinAlign && ashlar::is_power_of_two(align)) {
        return calls::allocate_zeroed(1, size);
    }
    void* p = calls::allocate_aligned_or_einval(align, size);
    return p == nullptr ? nullptr : __builtin_memset(p, 0, size);
}

void ashlar_free(void* p) noexcept {
    ProcessHeap::deallocate(p);
}

usize ashlar_usable_size(const void* p) noexcept {
    return ProcessHeap::usable_size(p);
}

usize ashlar_good_size(usize size) noexcept {
    return ProcessHeap::good_size(size);
}

usize ashlar_purge() noexcept {
    return ProcessHeap::purge();
}

#define ASHLAR_TEXT_OF(x) #x
#define ASHLAR_VERSION_TEXT(major, minor, patch) \
    ASHLAR_TEXT_OF(major) "." ASHLAR_TEXT_OF(minor) "." ASHLAR_TEXT_OF(patch)

const char* ashlar_version() noexcept {
    return ASHLAR_VERSION_TEXT(ASHLAR_VERSION_MAJOR, ASHLAR_VERSION_MINOR, ASHLAR_VERSION_PATCH);
}
