// Where a fuzzer's decisions come from: a seed, or bytes that somebody chose.
#pragma once

#include "core/types.h"

namespace ashlar::fuzz {

class Choices {
  public:
    explicit Choices(u64 seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
    Choices(const u8* bytes, usize size) : bytes_(bytes), left_(size) {}

    // Whether there are decisions left; a seed has no end.
    bool more() const { return bytes_ == nullptr || left_ > 0; }

    // A number below `limit`, which is not 0.
    u64 below(u64 limit) { return next(limit) % limit; }
    bool one_in(u64 n) { return below(n) == 0; }
    // Anything, for tags.
    u64 word() { return next(~u64{0}); }

  private:
    u64 next(u64 limit) {
        if (bytes_ == nullptr) {
            state_ += 0x9e3779b97f4a7c15ULL;
            u64 z = state_;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            return z ^ (z >> 31);
        }
        // As many bytes as the decision needs, so that a change of one is a small change.
        u64 value = 0;
        for (u64 seen = 1; seen < limit && left_ > 0 && seen <= u64{1} << 24; seen <<= 8) {
            value = value << 8 | *bytes_++;
            left_--;
        }
        return value;
    }

    const u8* bytes_ = nullptr;
    usize left_ = 0;
    u64 state_ = 0;
};

}  // namespace ashlar::fuzz
