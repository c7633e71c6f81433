// Ashlar's heaps as std::pmr::memory_resource: for std::pmr containers and
// whatever else takes a resource. Each throws std::bad_alloc without memory.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>

#include <ashlar/ashlar.h>

namespace ashlar {

namespace detail {

inline void* or_bad_alloc(void* p) {
    if (p == nullptr) throw std::bad_alloc();
    return p;
}

class process_memory final : public std::pmr::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t align) override {
        return or_bad_alloc(align <= alignof(std::max_align_t)
                                ? ashlar_malloc(bytes)
                                : ashlar_aligned_alloc(align, bytes));
    }
    void do_deallocate(void* p, std::size_t, std::size_t) override { ashlar_free(p); }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

}  // namespace detail

// The process's heap. Any thread may use it. It is never destroyed, so objects
// with static lifetime may hold it.
inline std::pmr::memory_resource* process_resource() noexcept {
    alignas(detail::process_memory) static unsigned char place[sizeof(detail::process_memory)];
    static auto* const resource = ::new (static_cast<void*>(place)) detail::process_memory;
    return resource;
}

// A heap of one's own (see ashlar_heap in ashlar.h): what was taken from it
// ends with it, freed or not. Any thread may use it, one at a time may end it.
class heap_resource final : public std::pmr::memory_resource {
  public:
    heap_resource() : heap_(create()) {}
    ~heap_resource() override { ashlar_heap_destroy(heap_); }
    heap_resource(const heap_resource&) = delete;
    heap_resource& operator=(const heap_resource&) = delete;

    // Ends all blocks at once, whatever their number; the resource stays usable.
    void release() {
        ashlar_heap* fresh = create();
        ashlar_heap_destroy(heap_);
        heap_ = fresh;
    }

    ashlar_heap* handle() const noexcept { return heap_; }

  private:
    static ashlar_heap* create() {
        ashlar_heap* heap = ashlar_heap_create();
        detail::or_bad_alloc(heap);
        return heap;
    }

    void* do_allocate(std::size_t bytes, std::size_t align) override {
        return detail::or_bad_alloc(align <= alignof(std::max_align_t)
                                        ? ashlar_heap_alloc(heap_, bytes)
                                        : ashlar_heap_aligned_alloc(heap_, align, bytes));
    }
    void do_deallocate(void* p, std::size_t, std::size_t) override { ashlar_heap_free(heap_, p); }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    ashlar_heap* heap_;
};

// A heap in [buffer, buffer + size): a static array, a mapped file. Blocks that
// are freed are reused, as std::pmr::monotonic_buffer_resource does not. Not for
// several threads at once. The buffer outlives the resource; too small a one,
// under ASHLAR_BUFFER_HEAP_MIN bytes, is answered by std::bad_alloc.
class buffer_resource final : public std::pmr::memory_resource {
  public:
    buffer_resource(void* buffer, std::size_t size) : heap_(ashlar_buffer_heap_init(buffer, size)) {
        detail::or_bad_alloc(heap_);
    }
    buffer_resource(const buffer_resource&) = delete;
    buffer_resource& operator=(const buffer_resource&) = delete;

    ashlar_buffer_heap* handle() const noexcept { return heap_; }

  private:
    void* do_allocate(std::size_t bytes, std::size_t align) override {
        return detail::or_bad_alloc(align <= alignof(std::max_align_t)
                                        ? ashlar_buffer_heap_alloc(heap_, bytes)
                                        : ashlar_buffer_heap_aligned_alloc(heap_, align, bytes));
    }
    void do_deallocate(void* p, std::size_t, std::size_t) override {
        ashlar_buffer_heap_free(heap_, p);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    ashlar_buffer_heap* heap_;
};

}  // namespace ashlar
