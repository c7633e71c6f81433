// A lock of four bytes that spins briefly and then sleeps.
//
// The states are the classic three of a futex lock: free, held, and held with
// sleepers. Critical sections of this library are short (tens of
// nanoseconds), so a waiter spins first; it sleeps when the holder was
// descheduled. `Park` supplies the sleep (see port/contract.h).
//
// Lock order of the library, outermost first: sleepers, shard pool, shard, medium arena,
// spans.
#pragma once

#include <atomic>

#include "core/types.h"

namespace ashlar {

template <class Park>
class Lock {
  public:
    void lock() {
        u32 expected = kFree;
        if (!state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire,
                                            std::memory_order_relaxed)) [[unlikely]] {
            lock_slow();
        }
    }

    bool try_lock() {
        u32 expected = kFree;
        return state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire,
                                              std::memory_order_relaxed);
    }

    void unlock() {
        if (state_.exchange(kFree, std::memory_order_release) == kHeldWithSleepers) [[unlikely]] {
            Park::unpark_one(&state_);
        }
    }

  private:
    static constexpr u32 kFree = 0;
    static constexpr u32 kHeld = 1;
    static constexpr u32 kHeldWithSleepers = 2;
    // About the length of our longest common critical section.
    static constexpr int kSpins = 100;

    [[gnu::noinline]] void lock_slow() {
        for (int i = 0; i < kSpins; i++) {
            Park::relax();
            if (state_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
        }
        while (state_.exchange(kHeldWithSleepers, std::memory_order_acquire) != kFree) {
            Park::park(&state_, kHeldWithSleepers);
        }
    }

    std::atomic<u32> state_{kFree};
};

template <class L>
class [[nodiscard]] Guard {
  public:
    explicit Guard(L& lock) : lock_(lock) { lock_.lock(); }
    ~Guard() { lock_.unlock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    L& lock_;
};

}  // namespace ashlar
