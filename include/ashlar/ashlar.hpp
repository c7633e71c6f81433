// Ashlar for C++: what ashlar.h offers, in the shapes the standard library uses.
//
// Header-only; needs C++17. Nothing here is needed to run on Ashlar: operator
// new and delete are replaced by the library. Use it where an allocator is
// named: containers beside the system's malloc, or in heaps of one's own.
//
//   ashlar::allocator<T>         for containers, over the process's heap (below)
//   ashlar::process_resource()   std::pmr over the process's heap, over a heap
//   ashlar::heap_resource        of one's own, and over any buffer:
//   ashlar::buffer_resource      <ashlar/memory_resource.hpp>
//   ASHLAR_STACK_BUFFER          an array on the stack as long as there is
//                                room: <ashlar/stack_buffer.hpp>
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>

#include <ashlar/ashlar.h>
#include <ashlar/memory_resource.hpp>
#include <ashlar/stack_buffer.hpp>

namespace ashlar {

// The standard allocator over the process's heap of Ashlar. Stateless: all of
// them are equal. Throws std::bad_alloc.
template <class T>
class allocator {
  public:
    using value_type = T;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using propagate_on_container_move_assignment = std::true_type;
    using is_always_equal = std::true_type;

    constexpr allocator() noexcept = default;
    template <class U>
    constexpr allocator(const allocator<U>&) noexcept {}

    [[nodiscard]] T* allocate(std::size_t count) {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
            throw std::bad_array_new_length();
        }
        const std::size_t bytes = count * sizeof(T);
        void* p = alignof(T) <= alignof(std::max_align_t) ? ashlar_malloc(bytes)
                                                          : ashlar_aligned_alloc(alignof(T), bytes);
        if (p == nullptr) throw std::bad_alloc();
        return static_cast<T*>(p);
    }
    void deallocate(T* p, std::size_t) noexcept { ashlar_free(p); }
};

template <class T, class U>
constexpr bool operator==(const allocator<T>&, const allocator<U>&) noexcept {
    return true;
}
template <class T, class U>
constexpr bool operator!=(const allocator<T>&, const allocator<U>&) noexcept {
    return false;
}

}  // namespace ashlar
