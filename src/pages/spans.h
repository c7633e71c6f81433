// Spans: runs of pages for the floors above, and what becomes of free memory.
//
// Free runs are of two kinds and live in two buddies over the same windows:
//
//   clean   no memory behind it: never touched, or given back; reads as zero
//   dirty   still backed by memory of its last use
//
//        take            give(dirty)             purge
//   clean ----> in use ------------> dirty ------------> clean
//                  ^                   |
//                  +------ take -------+
//
// Runs of different kinds never merge, so "zeroed" is exact. A request is
// served from dirty memory first: it costs no page fault and no growth.
//
// When is dirty memory given back to the system? Keeping it costs resident
// memory; giving back what is wanted again costs a fault for every page, ten
// times the price of keeping it. Three rules, all on slow paths:
//
//   1. Pay as you grow: before a request touches clean memory although dirty
//      memory lies around (it did not fit), as much of the oldest is purged.
//      The peak of resident memory stays near the peak of live memory.
//   2. A bound: dirty memory beyond `dirty_bound()` is purged, oldest first. The bound follows live
//   memory, and so a program that has freed
//      everything is small at once, without a thread or a timer.
//   3. Regret: clean memory taken soon after a purge says that the purge was
//      a mistake. Repeated regret raises the bound by what was regretted; the
//      raise halves with every second.
//
// Where huge pages back the window, a run shorter than one is a fragment:
// purging it splits the huge page, costs more than it gives and makes its
// neighbours slower. The rules leave fragments alone until there are more of
// them than live memory; then all go.
//
// One lock guards all; purging happens outside of it.
#pragma once

#include "core/lock.h"
#include "pages/buddy.h"
#include "pages/window.h"

namespace ashlar::pages {

struct SpanCounts {
    usize window_pages;  // address space taken from the system
    usize clean_pages;   // free without memory
    usize dirty_pages;   // free with memory
    usize purged_pages;  // given back so far
    usize purges;        // calls that gave memory back
};

struct Span {
    Cell* first = nullptr;  // null: no memory
    bool zeroed = false;
};

template <class Port, Geometry kGeometry>
class Spans {
  public:
    using Windows = WindowSet<Port, kGeometry>;
    using Window = typename Windows::Window;
    static constexpr usize kPage = Windows::kPage;
    static constexpr unsigned kOrders = 40;

    Windows& windows() { return windows_; }
    const Windows& windows() const { return windows_; }
    Lock<Port>& lock() { return lock_; }

    // A run of `count` pages whose address is a multiple of `align` pages (a
    // power of two). The caller sets the first cell; all cells are clear.
    Span take(usize count, usize align = 1) {
        // Buddy runs are aligned to their length as far as windows are; beyond
        // that, a run long enough to hold an aligned one is needed.
        const usize longer = count + align - 1;
        if (count == 0 || longer < count) return {};
        const bool natural = align <= Windows::kBaseAlign / kPage;
        const usize wanted = !natural ? longer : (count > align ? count : align);
        lock_.lock();
        Span span = take_dirty(wanted, count, align);
        if (span.first == nullptr &&
            dirty_.pages() - fragment_pages_ > kSlack + live_pages() / kGrowthShare) {
            lock_.unlock();
            purge(kWhole, count, 0);
            lock_.lock();
            span = take_dirty(wanted, count, align);
        }
        if (span.first == nullptr) span = take_clean(wanted, count, align);
        if (span.first == nullptr) span = take_scattered(count, align);
        lock_.unlock();
        return span;
    }

    // Exactly the `count` pages from index `first` on, when all of them are free.
    Span take_at(Window& window, usize first, usize count) {
        const Guard guard(lock_);
        return take_range(window, first, count);
    }

    // Gives a run back. `zeroed` only if its pages read as zero because no
    // memory is behind them.
    void give(Cell& first, usize count, bool zeroed) {
        {
            const Guard guard(lock_);
            Window& window = windows_.window_of(first);
            const usize index = static_cast<usize>(&first - window.cells);
            first.clear();
            give_as(zeroed ? Kind::FreeClean : Kind::FreeDirty, window, index, count);
        }
        enforce_bound();
    }

    // Gives back everything dirty; returns the number of pages.
    usize purge_all() { return purge_older_than(0); }

    // Gives back what has been dirty for at least `age_ms`.
    usize purge_older_than(u32 age_ms) {
        return purge(kWhole, ~usize{0}, age_ms) + purge(kFragment, ~usize{0}, age_ms);
    }

    // Replaces rule 2's bound by a floor of `pages`, for a process in which
    // somebody calls purge_older_than regularly. 0 restores the rule.
    void set_dirty_floor(usize pages) { dirty_floor_.store(pages, std::memory_order_relaxed); }

    usize dirty_pages() const { return dirty_.pages(); }

    SpanCounts counts() {
        const Guard guard(lock_);
        return {window_pages_, clean_.pages(), dirty_.pages(), purged_pages_, purges_};
    }

    // Under the lock, in the child of a fork: what a thread of the parent was
    // purging is dirty memory of nobody.
    void after_fork_in_child() {
        for (usize w = 0; w < windows_.count() && purging_pages_ != 0; w++) {
            Window& window = windows_[w];
            for (usize i = 0; i < extent_of(window).count; i++) {
                Cell& cell = window.cells[i];
                if (cell.kind() != Kind::Purging) continue;
                const usize length = length_of(cell.as<FreeRun>());
                cell.clear();
                give_as(Kind::FreeDirty, window, i, length);
                purging_pages_ -= length;
            }
        }
    }

    // Calls visit(Window&, limit) for each window, under the lock.
    template <class Visit>
    void for_each_window(Visit visit) {
        const Guard guard(lock_);
        for (usize i = 0; i < windows_.count(); i++) {
            visit(windows_[i], windows_[i].limit.load(std::memory_order_relaxed));
        }
    }

    // The sum of free runs, and that every one is what its list says. For tests.
    bool check_invariants() {
        const Guard guard(lock_);
        usize seen = 0;
        bool good = true;
        const auto visit = [&](Kind kind) {
            return [&, kind](FreeRun& run) {
                Window& window = windows_.window_of(Cell::of(run));
                const Extent extent = extent_of(window);
                const usize index = index_of(window, run);
                const usize length = length_of(run);
                good &= run.head.kind.get() == kind && is_aligned(index, length);
                good &= index + length <= extent.count && run.head.owner.get() == nullptr;
                for (usize i = 1; i < length && i < 64; i++) {
                    good &= extent.cells[index + i].kind() == Kind::None;
                }
                seen += length;
            };
        };
        clean_.for_each(visit(Kind::FreeClean));
        dirty_.for_each(visit(Kind::FreeDirty));
        usize aged = 0;
        for (auto& list : by_age_) {
            for (FreeRun* run = list.front(); run != nullptr; run = list.next(*run)) {
                aged += length_of(*run);
            }
        }
        return good && seen == clean_.pages() + dirty_.pages() && aged == dirty_.pages();
    }

  private:
    // Dirty memory that is not worth a system call.
    static constexpr usize kSlack = (128 * kKiB) >> kGeometry.shift;
    // Runs up to this long are cut up for blocks that fill them. A longer one
    // may be a table of which little is used: it gets huge pages only if it
    // would not be noticed beside live memory, were it used sparsely.
    static constexpr usize kDense = port::kHugePage >> kGeometry.shift;
    static constexpr usize kSparseShare = 8;
    // Rule 1 tolerates dirty memory up to live memory divided by this, rule 2 by that.
    static constexpr usize kGrowthShare = 16;
    static constexpr usize kLiveShare = 8;
    // Rule 3: how long a purge can be regretted; the raise halves as often.
    static constexpr u32 kRegretMs = 1000;
    // Which list by age a dirty run is on.
    static constexpr u8 kWhole = 0;
    static constexpr u8 kFragment = 1;
    // Runs purged between two looks at the lock.
    static constexpr usize kBatch = 16;

    static Extent extent_of(const Window& window) {
        return {window.cells, window.limit.load(std::memory_order_relaxed)};
    }
    static usize index_of(const Window& window, FreeRun& run) {
        return static_cast<usize>(&Cell::of(run) - window.cells);
    }
    static usize length_of(const FreeRun& run) { return usize{1} << run.head.order; }

    usize live_pages() const {
        return window_pages_ - clean_.pages() - dirty_.pages() - purging_pages_;
    }

    bool is_dense(usize count) const {
        return count <= kDense || count <= live_pages() / kSparseShare;
    }

    // --- taking, under the lock ---

    Span take_dirty(usize wanted, usize count, usize align) {
        FreeRun* run = dirty_.take(log2_ceil(wanted));
        if (run == nullptr) return {};
        forget_age(*run);
        return {&cut(*run, count, align), false};
    }

    Span take_clean(usize wanted, usize count, usize align) {
        note_regret(count);
        if (FreeRun* run = clean_.take(log2_ceil(wanted))) return {&cut(*run, count, align), true};
        const typename Windows::Growth growth = windows_.grow(count + align - 1, is_dense(count));
        if (growth.count == 0) return {};
        window_pages_ += growth.count;
        Window& window = *growth.window;
        const usize start = aligned_in(window, growth.first, align);
        keep_part(window, growth.first, growth.first + growth.count, start, start + count,
                  Kind::FreeClean);
        return {&window.cells[start], true};
    }

    // The aligned `count` pages of a run that is off its list; the rest goes back.
    Cell& cut(FreeRun& run, usize count, usize align) {
        Window& window = windows_.window_of(Cell::of(run));
        const usize from = index_of(window, run);
        const usize to = from + length_of(run);
        const usize start = aligned_in(window, from, align);
        const Kind kind = run.head.kind.get();
        Cell::of(run).clear();
        keep_part(window, from, to, start, start + count, kind);
        return window.cells[start];
    }

    static usize aligned_in(const Window& window, usize index, usize align) {
        const usize page = address(window.base) >> kGeometry.shift;
        return align_up(page + index, align) - page;
    }

    // Of pages [from, to), gives back all but [keep_from, keep_to).
    void keep_part(Window& window, usize from, usize to, usize keep_from, usize keep_to,
                   Kind kind) {
        give_as(kind, window, from, keep_from - from);
        give_as(kind, window, keep_to, to - keep_to);
    }

    FreeRun* free_run_at(const Window& window, usize index) {
        FreeRun* run = clean_.containing(extent_of(window), index);
        return run != nullptr ? run : dirty_.containing(extent_of(window), index);
    }

    void unlink(FreeRun& run) {
        if (run.head.kind.get() == Kind::FreeClean) {
            clean_.remove(run);
        } else {
            dirty_.remove(run);
            forget_age(run);
        }
    }

    Span take_range(Window& window, usize first, usize count) {
        const usize end = first + count;
        if (end < first || end > extent_of(window).count) return {};
        for (usize i = first; i < end;) {
            FreeRun* run = free_run_at(window, i);
            if (run == nullptr) return {};
            i = index_of(window, *run) + length_of(*run);
        }
        bool zeroed = true;
        for (usize i = first; i < end;) {
            FreeRun* found = free_run_at(window, i);
            if (found == nullptr) __builtin_unreachable();  // it was there above
            FreeRun& run = *found;
            const Kind kind = run.head.kind.get();
            const usize from = index_of(window, run);
            const usize to = from + length_of(run);
            unlink(run);
            Cell::of(run).clear();
            keep_part(window, from, to, from > first ? from : first, to < end ? to : end, kind);
            zeroed &= kind == Kind::FreeClean;
            i = to;
        }
        return {&window.cells[first], zeroed};
    }

    // The last resort when the system refuses to let windows grow: free runs
    // of any kind and order that happen to lie side by side.
    Span take_scattered(usize count, usize align) {
        for (usize w = 0; w < windows_.count(); w++) {
            Window& window = windows_[w];
            const usize limit = extent_of(window).count;
            for (usize i = 0, start = 0; i < limit;) {
                Cell& cell = window.cells[i];
                const bool free = cell.kind() == Kind::FreeClean || cell.kind() == Kind::FreeDirty;
                i += free ? length_of(cell.as<FreeRun>()) : 1;
                if (!free) start = i;
                const usize from = aligned_in(window, start, align);
                if (free && from + count <= i) return take_range(window, from, count);
            }
        }
        return {};
    }

    // --- giving back, under the lock ---

    void give_as(Kind kind, Window& window, usize index, usize count) {
        if (kind == Kind::FreeClean) {
            clean_.give(
                extent_of(window), index, count, [](FreeRun&) {}, [](FreeRun&) {});
            return;
        }
        const u32 now = Port::now_ms();
        dirty_.give(
            extent_of(window), index, count, [this](FreeRun& merged) { forget_age(merged); },
            [&](FreeRun& run) {
                run.stamp = now;
                const bool is_fragment = length_of(run) < kDense && window.is_huge(index);
                run.head.flags = is_fragment ? kFragment : kWhole;
                by_age_[run.head.flags].push_back(run);
                fragment_pages_ += is_fragment ? length_of(run) : 0;
            });
    }

    void forget_age(FreeRun& run) {
        by_age_[run.head.flags].remove(run);
        if (run.head.flags == kFragment) fragment_pages_ -= length_of(run);
    }

    // --- purging ---

    usize dirty_bound() {
        const u32 elapsed = Port::now_ms() - regret_stamp_;
        if (raise_ != 0 && elapsed >= kRegretMs) {
            const u32 halvings = elapsed / kRegretMs;
            raise_ = halvings < 64 ? raise_ >> halvings : 0;
            regret_stamp_ += halvings * kRegretMs;
        }
        const usize bound = kSlack + live_pages() / kLiveShare + raise_;
        const usize floor = dirty_floor_.load(std::memory_order_relaxed);
        return bound > floor ? bound : floor;
    }

    void enforce_bound() {
        usize excess = 0;
        bool fragments = false;
        {
            const Guard guard(lock_);
            fragments = fragment_pages_ > kSlack + live_pages() + raise_;
            const usize whole = dirty_.pages() - fragment_pages_;
            const usize bound = dirty_bound();
            // Down to half the bound, so that the next purge is some way off.
            if (whole > bound) excess = whole - bound / 2;
            if (!fragments && excess == 0) return;
            regrettable_ += excess + (fragments ? fragment_pages_ : 0);
            purge_stamp_ = Port::now_ms();
        }
        purge(kWhole, excess, 0);
        if (fragments) purge(kFragment, ~usize{0}, 0);
    }

    void note_regret(usize count) {
        if (regrettable_ == 0) return;
        const u32 now = Port::now_ms();
        if (now - purge_stamp_ >= kRegretMs) {
            regrettable_ = 0;
            return;
        }
        const usize regretted = count < regrettable_ ? count : regrettable_;
        regrettable_ -= regretted;
        raise_ += regretted;
        regret_stamp_ = now;
    }

    // Purges about `target` pages, oldest first, none younger than `age_ms`.
    // The system calls run outside of the lock; meanwhile the runs are nobody's.
    usize purge(u8 which, usize target, u32 age_ms) {
        usize total = 0;
        while (total < target) {
            FreeRun* batch[kBatch];
            usize count = 0;
            usize pages = 0;
            {
                const Guard guard(lock_);
                const u32 now = Port::now_ms();
                while (count < kBatch && total + pages < target) {
                    FreeRun* oldest = by_age_[which].front();
                    if (oldest == nullptr || now - oldest->stamp < age_ms) break;
                    unlink(*oldest);
                    oldest->head.kind.set(Kind::Purging);
                    pages += length_of(*oldest);
                    batch[count++] = oldest;
                }
                purging_pages_ += pages;
            }
            if (count == 0) break;
            for (usize i = 0; i < count; i++) {
                Port::discard(windows_.address_of(Cell::of(*batch[i])),
                              length_of(*batch[i]) * kPage);
            }
            const Guard guard(lock_);
            for (usize i = 0; i < count; i++) {
                Window& window = windows_.window_of(Cell::of(*batch[i]));
                const usize index = index_of(window, *batch[i]);
                const usize length = length_of(*batch[i]);
                Cell::of(*batch[i]).clear();
                give_as(Kind::FreeClean, window, index, length);
            }
            purging_pages_ -= pages;
            purged_pages_ += pages;
            purges_ += count;
            total += pages;
        }
        return total;
    }

    Lock<Port> lock_;
    Windows windows_;
    Buddy<kOrders, Kind::FreeClean> clean_;
    Buddy<kOrders, Kind::FreeDirty> dirty_;
    List<FreeRun, age_link> by_age_[2];  // dirty runs, kWhole and kFragment, oldest first
    usize fragment_pages_ = 0;
    usize window_pages_ = 0;
    usize purging_pages_ = 0;
    usize purged_pages_ = 0;
    usize purges_ = 0;
    usize raise_ = 0;        // rule 3: what regret added to the bound
    usize regrettable_ = 0;  // pages purged by rule 2 of late
    u32 regret_stamp_ = 0;
    u32 purge_stamp_ = 0;
    std::atomic<usize> dirty_floor_{0};
};

}  // namespace ashlar::pages
