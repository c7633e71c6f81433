// Fullness: whether large blocks of a size are filled by their users.
//
// Most are, to the last page; but tables are touched here and there, and buffers are asked for
// larger than what will be in them. Dirty memory that moves into a block (src/pages/moves.h)
// stays there until it is freed, so it should only go where it will be used. What a program did
// with its last blocks of about a size says what it will do with the next: when one is freed
// whose last page had no memory at first, it was filled if that page has some now, and most of
// the others. Of the blocks that dirty memory moves into, one in four is left such a page.
//
// Any thread; a note that another overwrites is no loss.
#pragma once

#include <atomic>

#include "core/bits.h"
#include "core/types.h"

namespace ashlar::heap {

class Fullness {
  public:
    // Of a block of `units`: it has been filled, or it has not.
    void note(usize units, bool filled) {
        auto& score = scores_[size_of(units)];
        const int now = score.load(std::memory_order_relaxed);
        const int next = filled ? now + 1 : now - kPenalty;
        score.store(static_cast<short>(next > kMost ? kMost : (next < -kMost ? -kMost : next)),
                    std::memory_order_relaxed);
    }

    // Of a size that is not known: no.
    bool expects(usize units) const {
        return scores_[size_of(units)].load(std::memory_order_relaxed) > 0;
    }

    // Whether the next block that is expected to be filled should show it.
    bool looks_again() { return looks_.fetch_add(1, std::memory_order_relaxed) % 4 == 0; }

  private:
    // One that is not filled outweighs two that are.
    static constexpr int kMost = 4;
    static constexpr int kPenalty = 2;

    // By doublings, up to 2^15 units and above.
    static constexpr usize kSizes = 16;
    static usize size_of(usize units) {
        const usize doubling = log2_floor(units);
        return doubling < kSizes ? doubling : kSizes - 1;
    }

    std::atomic<short> scores_[kSizes] = {};
    std::atomic<u32> looks_{0};
};

}  // namespace ashlar::heap
