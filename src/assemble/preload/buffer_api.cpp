// A heap over any buffer, as <ashlar/ashlar.h> has it. Needs the C library's
// memcpy, memmove and memset at most, so that it serves programs without one.

#include <ashlar/ashlar.h>

#include "heap/buffer_heap.h"
#include "heap/misuse.h"

using ashlar::usize;
using ashlar::heap::BufferHeap;
using ashlar::heap::Misuse;

namespace {

BufferHeap& heap_of(ashlar_buffer_heap* handle) {
    return *reinterpret_cast<BufferHeap*>(handle);
}
const BufferHeap& heap_of(const ashlar_buffer_heap* handle) {
    return *reinterpret_cast<const BufferHeap*>(handle);
}

bool is_live(const BufferHeap& heap, const void* p) {
    const BufferHeap::Verdict verdict = heap.examine(p);
    if (verdict == BufferHeap::Verdict::Live) [[likely]]
        return true;
    ashlar::heap::misuse(
        verdict == BufferHeap::Verdict::Free ? Misuse::DoubleFree : Misuse::InvalidFree, p);
    return false;
}

}  // namespace

ashlar_buffer_heap* ashlar_buffer_heap_init(void* buffer, usize size) noexcept {
    return reinterpret_cast<ashlar_buffer_heap*>(BufferHeap::init(buffer, size));
}

ashlar_buffer_heap* ashlar_buffer_heap_attach(void* buffer, usize size) noexcept {
    return reinterpret_cast<ashlar_buffer_heap*>(BufferHeap::attach(buffer, size));
}

void* ashlar_buffer_heap_alloc(ashlar_buffer_heap* heap, usize size) noexcept {
    return heap_of(heap).allocate(size);
}

void* ashlar_buffer_heap_zalloc(ashlar_buffer_heap* heap, usize size) noexcept {
    void* p = heap_of(heap).allocate(size);
    return p == nullptr ? nullptr : __builtin_memset(p, 0, size);
}

void* ashlar_buffer_heap_aligned_alloc(ashlar_buffer_heap* heap, usize align, usize size) noexcept {
    if (!ashlar::is_power_of_two(align)) return nullptr;
    return heap_of(heap).allocate_aligned(size, align);
}

void* ashlar_buffer_heap_realloc(ashlar_buffer_heap* heap, void* p, usize size) noexcept {
    if (p == nullptr) return heap_of(heap).allocate(size);
    if (!is_live(heap_of(heap), p)) return nullptr;
    if (size != 0) return heap_of(heap).reallocate(p, size);
    heap_of(heap).deallocate(p);
    return nullptr;
}

void ashlar_buffer_heap_free(ashlar_buffer_heap* heap, void* p) noexcept {
    if (p != nullptr && is_live(heap_of(heap), p)) heap_of(heap).deallocate(p);
}

usize ashlar_buffer_heap_usable_size(const ashlar_buffer_heap* heap, const void* p) noexcept {
    const bool live = heap_of(heap).examine(p) == BufferHeap::Verdict::Live;
    return live ? heap_of(heap).usable_size(p) : 0;
}

int ashlar_buffer_heap_contains(const ashlar_buffer_heap* heap, const void* p) noexcept {
    return heap_of(heap).contains(p) ? 1 : 0;
}

int ashlar_buffer_heap_check(const ashlar_buffer_heap* heap) noexcept {
    return heap_of(heap).check_invariants() ? 1 : 0;
}

void ashlar_buffer_heap_stats_get(const ashlar_buffer_heap* heap, ashlar_buffer_stats* stats,
                                  usize size) noexcept {
    const ashlar::heap::BufferFigures figures = heap_of(heap).figures();
    ashlar_buffer_stats ours{};
    ours.size = size < sizeof(ours) ? size : sizeof(ours);
    ours.capacity = figures.capacity;
    ours.used = figures.used;
    ours.peak_used = figures.peak_used;
    ours.live_blocks = figures.live_blocks;
    ours.free_blocks = figures.free_blocks;
    ours.largest_free = figures.largest_free;
    __builtin_memcpy(stats, &ours, ours.size);
}
