// A word that any thread may read at any time, also while it begins a new life.
//
// Descriptors are reborn in place: a thread that had business with the life
// before may still look. std::atomic is no help there, because its constructor
// writes plainly. A Word is written atomically from the first moment on; on the
// machines we know that costs nothing.
#pragma once

#include <atomic>
#include <type_traits>

#include "core/types.h"

namespace ashlar {

template <class T>
class Word {
  public:
    constexpr Word() noexcept {
        if (std::is_constant_evaluated()) {
            value_ = T{};
        } else {
            set(T{});
        }
    }
    Word(const Word&) = delete;
    Word& operator=(const Word&) = delete;

    T load(std::memory_order order) const noexcept { return ref().load(order); }
    void store(T value, std::memory_order order) noexcept { ref().store(value, order); }

    // With no order between this and anything else.
    T get() const noexcept { return load(std::memory_order_relaxed); }
    void set(T value) noexcept { store(value, std::memory_order_relaxed); }

    T exchange(T value, std::memory_order order) noexcept { return ref().exchange(value, order); }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) noexcept {
        return ref().compare_exchange_weak(expected, desired, success, failure);
    }
    T fetch_add(T value, std::memory_order order) noexcept { return ref().fetch_add(value, order); }
    T fetch_sub(T value, std::memory_order order) noexcept { return ref().fetch_sub(value, order); }

  private:
    std::atomic_ref<T> ref() const noexcept { return std::atomic_ref<T>(value_); }

    alignas(std::atomic_ref<T>::required_alignment) mutable T value_;
};

}  // namespace ashlar
