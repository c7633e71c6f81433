// Free runs of any length, found by length and by neighbour.
//
// A run that is given back joins the free neighbours of its kind, so nothing
// that lies side by side is ever apart, and a request takes the shortest run
// that a short look finds and leaves the rest where it was. Frames need the
// buddy's powers of two, because their users do; address space does not, and
// there a buddy keeps neighbours apart whose lengths happen not to match
// (docs/decisions/0006).
//
//   cells   [head: kind, length, links | None ... | FreeTail: length]
//
// The tail says where the run ends that lies before a page, so joining needs
// no search. Lists: one for each length up to kExact, then four a doubling.
//
// A wall is a boundary that runs do not cross: where pages of another home
// begin, and between huge pages of a home that has them.
//
// Invariants: no two runs of one kind touch unless a wall is between them; the
// bitmap has a bit for exactly the lists with runs. Not synchronised.
#pragma once

#include "core/bits.h"
#include "core/descriptor.h"
#include "core/list.h"

namespace ashlar::pages {

struct FreeRun {
    DescriptorHead head;
    Link<FreeRun> by_length;
    Link<FreeRun> by_age;  // for the owner of the runs
    u32 stamp = 0;         // for the owner of the runs
    u32 length = 0;        // pages
};
static_assert(sizeof(FreeRun) <= kCommonBytes);

struct FreeTail {
    DescriptorHead head;
    u32 length = 0;
};
static_assert(sizeof(FreeTail) <= kCommonBytes);

inline Link<FreeRun>& length_link(FreeRun& run) {
    return run.by_length;
}
inline Link<FreeRun>& age_link(FreeRun& run) {
    return run.by_age;
}

// The run that ends before page `index` of a window's cells; null if that page is not free.
inline FreeRun* run_before(Cell* cells, usize index) {
    if (index == 0) return nullptr;
    Cell& last = cells[index - 1];
    if (is_free(last.kind())) return &last.as<FreeRun>();
    if (last.kind() != Kind::FreeTail) return nullptr;
    return &cells[index - last.as<FreeTail>().length].as<FreeRun>();
}

// `kWall`: pages of a huge page.
template <Kind kKind, usize kWall>
class Runs {
  public:
    static constexpr usize kLongest = ~u32{0};

    usize pages() const { return pages_; }

    // Adds pages [first, first + count) of a window that has `limit` pages; no
    // wall may be inside. `on_join` sees each run that becomes part of the new one.
    template <class OnJoin>
    [[gnu::cold]] FreeRun& add(Cell* cells, usize limit, usize first, usize count, OnJoin on_join) {
        usize end = first + count;
        if (FreeRun* before = run_before(cells, first);
            before != nullptr && before->head.kind.get() == kKind && joins(cells, first)) {
            first -= before->length;
            absorb(*before, on_join);
        }
        if (end < limit && cells[end].kind() == kKind && joins(cells, end)) {
            FreeRun& behind = cells[end].as<FreeRun>();
            end += behind.length;
            absorb(behind, on_join);
        }
        const auto length = static_cast<u32>(end - first);
        FreeRun& run =
            cells[first].become<FreeRun>(kKind, [length](FreeRun& r) { r.length = length; });
        if (length > 1) set_tail(run);
        enlist(run, list_of(length));
        pages_ += length;
        return run;
    }

    // `add` for pages that touch exactly one run of this kind, which keeps its stamp
    // and flags; on_change(old, run) sees it before and after, which is the same
    // when only its end moves. False: they touch none, or two.
    template <class OnChange>
    bool extend(Cell* cells, usize limit, usize first, usize count, OnChange on_change) {
        const usize end = first + count;
        FreeRun* before = run_before(cells, first);
        if (before != nullptr && (before->head.kind.get() != kKind || !joins(cells, first))) {
            before = nullptr;
        }
        const bool is_behind = end < limit && cells[end].kind() == kKind && joins(cells, end);
        if ((before != nullptr) == is_behind) return false;
        FreeRun& old = is_behind ? cells[end].as<FreeRun>() : *before;
        const usize from = list_of(old.length);
        const auto length = static_cast<u32>(old.length + count);
        const usize to = list_of(length);
        pages_ += count;
        if (is_behind) {
            FreeRun& run = cells[first].become<FreeRun>(kKind, [&](FreeRun& r) {
                r.length = length;
                r.stamp = old.stamp;
                r.head.flags = old.head.flags;
            });
            unlist(old, from);
            enlist(run, to);
            on_change(old, run);
            if (old.length > 1) cells[end].clear();
            set_tail(run);
            return true;
        }
        if (old.length > 1) cells[first - 1].clear();
        old.length = length;
        unlist(old, from);
        enlist(old, to);
        set_tail(old);
        on_change(old, old);
        return true;
    }

    // Off its list; the first cell keeps what it says until the caller clears it.
    void remove(FreeRun& run) {
        unlist(run, list_of(run.length));
        pages_ -= run.length;
        if (run.length > 1) (&Cell::of(run))[run.length - 1].clear();
    }

    // The last pages of a run, without the first `count`, become a run of the same
    // stamp and flags; on_change(old, run) sees both. `run` is on its list and longer;
    // its first cell keeps what it says until the caller clears it.
    template <class OnChange>
    FreeRun& cut_front(FreeRun& run, usize count, OnChange on_change) {
        const auto length = static_cast<u32>(run.length - count);
        FreeRun& rest = (&Cell::of(run))[count].become<FreeRun>(kKind, [&](FreeRun& r) {
            r.length = length;
            r.stamp = run.stamp;
            r.head.flags = run.head.flags;
        });
        if (length > 1) (&Cell::of(rest))[length - 1].as<FreeTail>().length = length;
        unlist(run, list_of(run.length));
        enlist(rest, list_of(length));
        on_change(run, rest);
        pages_ -= count;
        return rest;
    }

    // A run of at least `count` pages for which fits(run) holds, still on its list: of
    // the shortest that a short look at each length finds. Every run of
    // `surely` pages fits. Null if none is found.
    template <class Fits>
    FreeRun* find(usize count, usize surely, Fits fits) {
        for (usize list = next_list(list_of(count)); list < kLists; list = next_list(list + 1)) {
            int looks = shortest_of(list) >= surely ? 1 : kLooks;
            FreeRun* best = nullptr;
            for (FreeRun* run = lists_[list].front(); run != nullptr && looks > 0; looks--) {
                const bool good = run->length >= count && fits(*run);
                if (good && (best == nullptr || run->length < best->length)) best = run;
                run = length_link(*run).next;
            }
            if (best != nullptr) return best;
        }
        return nullptr;
    }

    // The same, off its list.
    template <class Fits>
    FreeRun* take(usize count, usize surely, Fits fits) {
        FreeRun* run = find(count, surely, fits);
        if (run != nullptr) remove(*run);
        return run;
    }

    // Visits up to `looks` runs of at most `count` pages, the longest first,
    // until visit(run) says true.
    template <class Visit>
    [[gnu::cold]] bool look_below(usize count, int looks, Visit visit) {
        for (usize list = list_of(count) + 1; list-- > 0;) {
            if ((nonempty_[list / 64] >> list % 64 & 1) == 0) continue;
            for (FreeRun* run = lists_[list].front(); run != nullptr; looks--) {
                if (looks == 0) return false;
                FreeRun* next = length_link(*run).next;
                if (visit(*run)) return true;
                run = next;
            }
        }
        return false;
    }

    template <class Visit>
    void for_each(Visit visit) {
        for (auto& list : lists_) {
            for (FreeRun* run = list.front(); run != nullptr; run = list.next(*run)) visit(*run);
        }
    }

  private:
    static constexpr usize kExact = 16;
    static constexpr unsigned kStepsPerDoubling = 4;
    // Up to 2^28 pages; what is longer is on the last list, too.
    static constexpr usize kLists = kExact + (28 - log2_floor(kExact)) * kStepsPerDoubling;
    static constexpr int kLooks = 8;

    static constexpr usize list_of(usize length) {
        if (length <= kExact) return length - 1;
        const unsigned doubling = log2_floor(length);
        const usize step = length >> (doubling - 2) & 3;
        const usize list = kExact + (doubling - log2_floor(kExact)) * kStepsPerDoubling + step;
        return list < kLists ? list : kLists - 1;
    }
    static constexpr usize shortest_of(usize list) {
        if (list < kExact) return list + 1;
        const usize doubling = (list - kExact) / kStepsPerDoubling + log2_floor(kExact);
        return (4 + (list - kExact) % kStepsPerDoubling) << (doubling - 2);
    }
    static_assert(list_of(kExact) == kExact - 1 && list_of(kExact + 1) == kExact);
    static_assert(shortest_of(list_of(1000)) <= 1000 && shortest_of(list_of(1000) + 1) > 1000);

    static bool joins(const Cell* cells, usize boundary) {
        const u8 home = cells[boundary].head.home;
        return cells[boundary - 1].head.home == home && (home == 0 || boundary % kWall != 0);
    }

    void enlist(FreeRun& run, usize list) {
        lists_[list].push_front(run);
        nonempty_[list / 64] |= u64{1} << list % 64;
    }
    void unlist(FreeRun& run, usize list) {
        lists_[list].remove(run);
        if (lists_[list].empty()) nonempty_[list / 64] &= ~(u64{1} << list % 64);
    }

    // Of a run that is longer than one page.
    static void set_tail(FreeRun& run) {
        (&Cell::of(run))[run.length - 1].become<FreeTail>(
            Kind::FreeTail, [&run](FreeTail& tail) { tail.length = run.length; });
    }

    template <class OnJoin>
    void absorb(FreeRun& run, OnJoin on_join) {
        on_join(run);
        remove(run);
        Cell::of(run).clear();
    }

    usize next_list(usize list) const {
        for (usize word = list / 64; word < kWords; word++) {
            const u64 ahead = word == list / 64 ? ~u64{0} << list % 64 : ~u64{0};
            if (const u64 found = nonempty_[word] & ahead) {
                return word * 64 + static_cast<usize>(std::countr_zero(found));
            }
        }
        return kLists;
    }

    static constexpr usize kWords = ceil_div(kLists, 64);
    // What a small program touches, the lists of short runs included, lies together.
    usize pages_ = 0;
    u64 nonempty_[kWords] = {};
    FrontList<FreeRun, length_link> lists_[kLists];
};

}  // namespace ashlar::pages
