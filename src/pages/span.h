// What is asked of free memory, and what is given for it.
#pragma once

#include "core/descriptor.h"

namespace ashlar::pages {

// How a run will be used: perhaps only here and there, or filled soon and wholly.
enum class Density : u8 { Sparse, Dense };

struct Span {
    Cell* first = nullptr;  // null: no memory
    bool zeroed = false;
    usize missing = 0;    // pages of it without memory
    u32 purged = 0;       // when what was behind it was given back; 0: never had any
    bool record = false;  // there never was so much memory in use or dirty
};

// Parts of a run, counted from its start, that have no memory behind them.
class Gaps {
  public:
    struct Gap {
        usize first;
        usize count;
    };

    // Of what is one too many only the length is kept.
    void add(usize first, usize count) {
        pages_ += count;
        if (size_ < kMost) gaps_[size_++] = {first, count};
    }
    usize pages() const { return pages_; }
    // Of them, those whose place is known.
    usize told() const {
        usize pages = 0;
        for (const Gap& gap : *this) pages += gap.count;
        return pages;
    }
    bool has(usize page) const {
        for (const Gap& gap : *this) {
            if (page - gap.first < gap.count) return true;
        }
        return false;
    }
    const Gap* begin() const { return gaps_; }
    const Gap* end() const { return gaps_ + size_; }

  private:
    static constexpr usize kMost = 8;
    Gap gaps_[kMost];
    usize size_ = 0;
    usize pages_ = 0;
};

struct Request {
    usize count;
    usize align;
    usize surely;  // every run this long holds what is asked for
    Density density;
    bool slowly = false;  // whoever asks will fill it little by little
};

}  // namespace ashlar::pages
