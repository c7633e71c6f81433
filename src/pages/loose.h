// Loose pages: single dirty pages in no run, the last to come first.
//
// A page that is given is often wanted again at once, and to join it with its neighbours only
// to cut it off again costs more than all else.
#pragma once

#include "pages/runs.h"

namespace ashlar::pages {

class LoosePages {
  public:
    usize pages() const { return pages_; }

    // False: there are enough.
    bool give(Cell& cell, u32 now) {
        if (pages_ == kMost) return false;
        list_.push_front(cell.become<FreeRun>(Kind::FreeLoose, [now](FreeRun& run) {
            run.stamp = now;
            run.length = 1;
        }));
        pages_++;
        return true;
    }

    // The last that came; its cell is clear. Null if there is none.
    Cell* take() {
        FreeRun* run = list_.pop_front();
        if (run == nullptr) return nullptr;
        pages_--;
        Cell& cell = Cell::of(*run);
        cell.clear();
        return &cell;
    }

    // Calls visit(cell, since when it is dirty) for each; the cells are clear.
    template <class Visit>
    void take_all(Visit visit) {
        while (FreeRun* run = list_.front()) {
            const u32 stamp = run->stamp;
            visit(*take(), stamp);
        }
    }

    // For tests.
    bool check_invariants() const {
        bool good = true;
        usize seen = 0;
        for (FreeRun* run = list_.front(); run != nullptr; run = list_.next(*run)) {
            good &= run->head.kind.get() == Kind::FreeLoose && run->head.owner.get() == nullptr;
            seen++;
        }
        return good && seen == pages_ && seen <= kMost;
    }

  private:
    // To make one part of a run costs 0.1 us, so all of them cost less than three page faults.
    static constexpr usize kMost = 64;

    FrontList<FreeRun, length_link> list_;
    usize pages_ = 0;
};

}  // namespace ashlar::pages
