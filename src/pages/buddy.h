// The buddy: free runs of pages, each a power of two long and aligned to its
// length, on one list an order.
//
// A run that is given back merges with its buddy (the neighbour that differs
// in one bit of the index) for as long as that is free and in the same buddy
// system; both operations take time logarithmic in the size of the window. A
// request of any length takes the next power of two and gives the tail back at
// once, so rounding never costs memory. Several buddies may share one window;
// `kind` tells whose a free run is.
//
// Invariant: no two buddies of one order are both free in the same system
// (they would have merged), and `nonempty_` has a bit for exactly the orders
// with runs. Not synchronised.
#pragma once

#include "core/bits.h"
#include "core/descriptor.h"
#include "core/list.h"

namespace ashlar::pages {

struct FreeBlock {
    DescriptorHead head;
    Link<FreeBlock> by_order;
};
static_assert(sizeof(FreeBlock) <= kCommonBytes);

inline Link<FreeBlock>& order_link(FreeBlock& block) {
    return block.by_order;
}

// The descriptors of one window.
struct Extent {
    Cell* cells;
    usize count;
};

template <unsigned kOrders, Kind kKind>
class Buddy {
  public:
    static_assert(kOrders <= 64);

    // Pages on the lists, and runs of one order among them.
    usize pages() const { return pages_; }
    usize runs(unsigned order) const { return runs_[order]; }

    // Gives [first, first+count) back. `on_merge` sees each free run that
    // disappears into a larger one, `on_insert` each run that enters a list.
    template <class OnMerge, class OnInsert>
    void give(Extent extent, usize first, usize count, OnMerge on_merge, OnInsert on_insert) {
        while (count > 0) {
            const unsigned order = largest_piece(first, count);
            on_insert(insert(extent, first, order, on_merge));
            first += usize{1} << order;
            count -= usize{1} << order;
        }
    }

    // The smallest free run of at least `order`, off its list; null if none.
    FreeBlock* take(unsigned order) {
        if (order >= kOrders) return nullptr;
        const u64 fitting = nonempty_ & ~bit_run(0, order);
        if (fitting == 0) return nullptr;
        FreeBlock* run = lists_[std::countr_zero(fitting)].front();
        remove(*run);
        return run;
    }

    void remove(FreeBlock& run) {
        const unsigned order = run.head.order;
        lists_[order].remove(run);
        if (lists_[order].empty()) nonempty_ &= ~(u64{1} << order);
        pages_ -= usize{1} << order;
        runs_[order]--;
    }

    template <class Visit>
    void for_each(Visit visit) {
        for (auto& list : lists_) {
            for (FreeBlock* run = list.front(); run != nullptr; run = list.next(*run)) visit(*run);
        }
    }

  private:
    static unsigned largest_piece(usize first, usize count) {
        unsigned order = log2_floor(count);
        if (first != 0) {
            const unsigned aligned = static_cast<unsigned>(std::countr_zero(first));
            order = aligned < order ? aligned : order;
        }
        return order < kOrders - 1 ? order : kOrders - 1;
    }

    template <class OnMerge>
    FreeBlock& insert(Extent extent, usize first, unsigned order, OnMerge on_merge) {
        while (order < kOrders - 1) {
            const usize buddy = first ^ (usize{1} << order);
            if (buddy + (usize{1} << order) > extent.count) break;
            Cell& cell = extent.cells[buddy];
            if (cell.kind() != kKind || cell.head.order != order) break;
            FreeBlock& other = cell.as<FreeBlock>();
            on_merge(other);
            remove(other);
            cell.clear();
            first &= ~(usize{1} << order);
            order++;
        }
        FreeBlock& run = extent.cells[first].become<FreeBlock>(kKind);
        run.head.order = static_cast<u8>(order);
        lists_[order].push_front(run);
        nonempty_ |= u64{1} << order;
        pages_ += usize{1} << order;
        runs_[order]++;
        return run;
    }

    List<FreeBlock, order_link> lists_[kOrders];
    u64 nonempty_ = 0;
    usize pages_ = 0;
    usize runs_[kOrders] = {};
};

}  // namespace ashlar::pages
