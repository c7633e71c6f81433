// Heaps of one's own, as <ashlar/ashlar.h> has them.

#include <ashlar/ashlar.h>

#include "assemble/preload/calls.h"

using ashlar::Cell;
using ashlar::usize;
using ashlar::heap::Misuse;
using ashlar::preload::living_heap;
using ashlar::preload::ProcessHeap;
using Private = ProcessHeap::Private;
namespace calls = ashlar::preload::calls;

Private* ashlar::preload::living_heap(ashlar_heap* handle) {
    auto* heap = reinterpret_cast<Private*>(handle);
    if (heap != nullptr && heap->is_alive()) return heap;
    heap::misuse(Misuse::DeadHeap, handle);
    errno = EINVAL;
    return nullptr;
}

namespace {

Private* home_of(const void* p) {
    Cell* cell = ProcessHeap::Mem::windows().find(p);
    return cell != nullptr ? Private::of(*cell) : nullptr;
}

// Whether `p` may be handed on as a block of `heap`. What is no block at all
// is left to whoever frees it.
bool belongs(const Private* heap, const void* p) {
    if (ProcessHeap::usable_size(p) == 0 || home_of(p) == heap) return true;
    ashlar::heap::misuse(Misuse::WrongHeap, p);
    return false;
}

}  // namespace

ashlar_heap* ashlar_heap_create() noexcept {
    return static_cast<ashlar_heap*>(calls::or_enomem(Private::create()));
}

void ashlar_heap_destroy(ashlar_heap* handle) noexcept {
    if (handle == nullptr) return;
    if (Private* heap = living_heap(handle)) heap->destroy();
}

void* ashlar_heap_alloc(ashlar_heap* handle, usize size) noexcept {
    Private* heap = living_heap(handle);
    return heap != nullptr ? calls::or_enomem(heap->allocate(size)) : nullptr;
}

void* ashlar_heap_zalloc(ashlar_heap* handle, usize size) noexcept {
    Private* heap = living_heap(handle);
    return heap != nullptr ? calls::or_enomem(heap->allocate_zeroed(size)) : nullptr;
}

void* ashlar_heap_calloc(ashlar_heap* handle, usize count, usize size) noexcept {
    usize bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return calls::fail(ENOMEM);
    return ashlar_heap_zalloc(handle, bytes);
}

void* ashlar_heap_aligned_alloc(ashlar_heap* handle, usize align, usize size) noexcept {
    Private* heap = living_heap(handle);
    if (heap == nullptr) return nullptr;
    if (!ashlar::is_power_of_two(align)) return calls::fail(EINVAL);
    return calls::or_enomem(heap->allocate_aligned(size, align));
}

void* ashlar_heap_realloc(ashlar_heap* handle, void* p, usize size) noexcept {
    Private* heap = living_heap(handle);
    if (heap == nullptr) return nullptr;
    if (p == nullptr) return calls::or_enomem(heap->allocate(size));
    return belongs(heap, p) ? calls::reallocate(p, size) : calls::fail(EINVAL);
}

void ashlar_heap_free(ashlar_heap* handle, void* p) noexcept {
    const Private* heap = living_heap(handle);
    if (heap != nullptr && belongs(heap, p)) ProcessHeap::deallocate(p);
}

ashlar_heap* ashlar_heap_of(const void* p) noexcept {
    return reinterpret_cast<ashlar_heap*>(home_of(p));
}
