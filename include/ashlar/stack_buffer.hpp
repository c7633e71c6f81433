// An array for the current function: on the stack, as alloca would have it, but
// only as long as the stack has room for it; else from the process's heap.
//
//     ASHLAR_STACK_BUFFER(char, line, length + 1);
//     std::memcpy(line.data(), text, length);
//
// `line` is an ashlar::stack_buffer<char> that ends with its block. On the stack
// it costs what alloca costs and one look at the stack's bounds, and as with
// alloca the room is there again when the function returns: in a loop, put the
// body into a function of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>

#include <ashlar/ashlar.h>

namespace ashlar {

template <class T>
class stack_buffer {
  public:
    // What alloca must give for `count` elements, or 0: not on the stack. No
    // buffer takes more than a quarter of the stack that is left, so however
    // deep they are nested there is always some left for the calls in between.
    static std::size_t stack_bytes(std::size_t count) {
        if (count > (std::numeric_limits<std::size_t>::max() - kPadding) / sizeof(T)) {
            throw std::bad_array_new_length();
        }
        const std::size_t bytes = count * sizeof(T) + kPadding;
        return bytes <= ashlar_stack_left() / 4 ? bytes : 0;
    }

    // `place`: stack_bytes(count) from alloca, or null to take it from the heap.
    // The elements are initialised as by `new T[count]`.
    stack_buffer(std::size_t count, void* place)
        : data_(place != nullptr ? aligned(place) : from_heap(count)),
          size_(count),
          on_stack_(place != nullptr) {
        try {
            std::uninitialized_default_construct_n(data_, count);
        } catch (...) {
            give_back();
            throw;
        }
    }
    ~stack_buffer() {
        std::destroy_n(data_, size_);
        give_back();
    }
    stack_buffer(const stack_buffer&) = delete;
    stack_buffer& operator=(const stack_buffer&) = delete;

    T* data() noexcept { return data_; }
    const T* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    T& operator[](std::size_t i) noexcept { return data_[i]; }
    const T& operator[](std::size_t i) const noexcept { return data_[i]; }
    T* begin() noexcept { return data_; }
    T* end() noexcept { return data_ + size_; }
    const T* begin() const noexcept { return data_; }
    const T* end() const noexcept { return data_ + size_; }
    bool on_stack() const noexcept { return on_stack_; }

  private:
    // alloca aligns to 16.
    static constexpr std::size_t kPadding = alignof(T) <= 16 ? 0 : alignof(T) - 16;

    static T* aligned(void* place) {
        const auto start = reinterpret_cast<std::uintptr_t>(place);
        return reinterpret_cast<T*>((start + alignof(T) - 1) & ~std::uintptr_t{alignof(T) - 1});
    }
    static T* from_heap(std::size_t count) {
        void* p = alignof(T) <= 16 ? ashlar_malloc(count * sizeof(T))
                                   : ashlar_aligned_alloc(alignof(T), count * sizeof(T));
        if (p == nullptr) throw std::bad_alloc();
        return static_cast<T*>(p);
    }
    void give_back() noexcept {
        if (!on_stack_) ashlar_free(data_);
    }

    T* data_;
    std::size_t size_;
    bool on_stack_;
};

}  // namespace ashlar

// Declares `name`. A macro, because what alloca takes belongs to the function
// that calls it.
#define ASHLAR_STACK_BUFFER(type, name, count)                                                \
    const std::size_t name##_count = (count);                                                 \
    const std::size_t name##_bytes = ::ashlar::stack_buffer<type>::stack_bytes(name##_count); \
    ::ashlar::stack_buffer<type> name(                                                        \
        name##_count, name##_bytes != 0 ? __builtin_alloca(name##_bytes) : nullptr)
