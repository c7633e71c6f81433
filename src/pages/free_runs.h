// Free runs: which pages of the windows are free, and what is behind them.
//
// Free runs are of three kinds, each with lists of its own over the same windows:
//
//   clean   no memory behind it: never touched, or given back; reads as zero
//   huge    the same, in 2 MiB that the system was advised to back by huge pages
//   dirty   still backed by memory of its last use
//
// A single dirty page may be loose besides, in no run (loose.h). It becomes part of one (is
// settled) before anybody looks at runs of several pages, so nothing that lies side by side is
// missed.
//
//   dirty pages = those in dirty runs + loose ones
//
// Runs of different kinds never merge, so "zeroed" is exact. Dirty runs are on a
// second list besides, by age, oldest first: whole ones, and parts of huge pages
// ("fragments").
//
// Huge pages save faults and translation misses where memory is filled
// densely, and waste up to 2 MiB wherever it is not. So a request says how it
// will be used. Sparse ones (the first slabs of a size, and all blocks whose use
// is the program's own affair: buffers, tables) get plain memory; dense ones get
// advised memory once the program is so large that a partly filled huge page
// does not show.
//
// A program that has become much smaller than that takes the advice back: whole huge pages
// that are clean become plain again.
//
// What describes pages is memory, too: a cell and the side bytes, for every page that was in
// use once. Inside a long clean run none of it says anything:
//
//   cells   [FreeClean: length, links | None, plain home, no piece ... | FreeTail: length]
//   side    [zero ...                                                                    ]
//
// (who gives pages back leaves their side bytes zero), so it may as well be zeros without memory.
// When pages were purged, those machine pages go that describe them and nothing but the inside
// of the run they have become part of. That is one for every 64 pages at most, whose memory was
// worth much more. Who looks at such a cell without a lock sees nobody's page before and after;
// a slab's counts, which outlive it (core/descriptor.h), are only believed with its owner.
//
// Not synchronised; what is purged when, and the lock, are in spans.h.
#pragma once

#include "pages/loose.h"
#include "pages/runs.h"
#include "pages/span.h"
#include "pages/window.h"

namespace ashlar::pages {

template <class Port, Geometry kGeometry>
class FreeRuns {
  public:
    using Windows = WindowSet<Port, kGeometry>;
    using Window = typename Windows::Window;
    static constexpr usize kPage = Windows::kPage;

    // Pages of a huge page.
    static constexpr usize kHuge = port::kHugePage > kPage ? port::kHugePage / kPage : 1;
    template <Kind kKind>
    using RunsOf = Runs<kKind, kHuge>;
    static constexpr usize kLongest = RunsOf<Kind::FreeClean>::kLongest;
    // Which list by age a dirty run is on.
    static constexpr u8 kWhole = 0;
    static constexpr u8 kFragment = 1;
    // The stamp of clean runs that never were dirty; that of purged ones is odd.
    static constexpr u32 kNeverPurged = 0;

    Windows& windows() { return windows_; }
    const Windows& windows() const { return windows_; }

    // --- how many pages ---

    usize window_pages() const { return window_pages_; }
    usize clean_pages() const { return clean_.pages() + huge_.pages(); }
    usize dirty_pages() const { return dirty_.pages() + loose_.pages(); }
    usize fragment_pages() const { return fragment_pages_; }
    usize whole_pages() const { return dirty_pages() - fragment_pages_; }
    usize used_pages() const { return window_pages_ - clean_pages() - dirty_pages(); }
    // So far that huge pages are of no use for it any more.
    bool has_shrunk() const { return used_pages() < kHugeFrom / kMuchSmaller; }

    // --- taking: the caller sets the first cell, all cells are clear ---

    // The loose page that came last; null if none is loose.
    Cell* take_loose() { return loose_.take(); }

    // From what is dirty, at most with what is free beside it.
    Span take_dirty(const Request& request, Gaps& gaps) {
        if (loose_.pages() != 0) {
            if (request.count == 1 && request.align == 1) return {loose_.take()};
            settle_loose();
        }
        FreeRun* run = dirty_.find(request.count, request.surely,
                                   [&](FreeRun& r) { return fits(r, request); });
        if (run == nullptr) return take_mixed(request, gaps);
        Cell& first = Cell::of(*run);
        // The common case: the front of a run whose rest is what it was.
        if (request.align == 1 && run->length > request.count &&
            (first.head.home == kPlainHome || run->head.flags == kFragment)) {
            if (run->head.flags == kFragment) fragment_pages_ -= request.count;
            auto& ages = by_age_[run->head.flags];
            dirty_.cut_front(*run, request.count, [&](FreeRun& old, FreeRun& rest) {
                ages.remove(old);
                ages.push_front(rest);
            });
            first.clear();
            return {&first};
        }
        dirty_.remove(*run);
        forget_age(*run);
        return {&cut(*run, request)};
    }

    // From clean runs, or from new address space.
    [[gnu::cold]] Span take_clean(const Request& request) {
        const bool huge = request.density == Density::Dense && used_pages() >= kHugeFrom;
        FreeRun* run = huge ? take_huge(request) : take_from(clean_, request);
        if (run != nullptr) return cut_clean(*run, request);
        if (Span span = take_grown(request, huge); span.first != nullptr) return span;
        run = huge ? take_from(clean_, request) : take_from(huge_, request);
        return run != nullptr ? cut_clean(*run, request) : Span{};
    }

    // Exactly the `count` pages from index `first` on, when all of them are free.
    [[gnu::cold]] Span take_range(Window& window, usize first, usize count, Gaps& gaps) {
        const usize end = first + count;
        if (end < first || end > limit_of(window)) return {};
        settle_loose();
        for (usize i = first; i < end;) {
            FreeRun* run = free_run_at(window, i);
            if (run == nullptr) return {};
            i = index_of(window, *run) + run->length;
        }
        bool zeroed = true;
        for (usize i = first; i < end;) {
            FreeRun* found = free_run_at(window, i);
            if (found == nullptr) __builtin_unreachable();  // it was there above
            FreeRun& run = *found;
            const Kind kind = run.head.kind.get();
            const u32 stamp = run.stamp;
            const usize from = index_of(window, run);
            const usize to = from + run.length;
            unlink(run);
            Cell::of(run).clear();
            if (from < first) give_as(kind, window, from, first - from, stamp);
            if (to > end) give_as(kind, window, end, to - end, stamp);
            if (kind != Kind::FreeDirty) gaps.add(i - first, (to < end ? to : end) - i);
            zeroed &= kind != Kind::FreeDirty;
            i = to;
        }
        return {&window.cells[first], zeroed, gaps.pages()};
    }
    Span take_range(Window& window, usize first, usize count) {
        Gaps unused;
        return take_range(window, first, count, unused);
    }

    // The last resort when the system refuses to let windows grow: free runs
    // of any kind that happen to lie side by side.
    [[gnu::cold]] Span take_scattered(const Request& request) {
        settle_loose();
        for (usize w = 0; w < windows_.count(); w++) {
            Window& window = windows_[w];
            const usize limit = limit_of(window);
            for (usize i = 0, start = 0; i < limit;) {
                Cell& cell = window.cells[i];
                const bool free = is_free(cell.kind());
                i += free ? cell.as<FreeRun>().length : 1;
                if (!free) start = i;
                const usize from = aligned_in(window, start, request.align);
                if (free && from + request.count <= i) {
                    return take_range(window, from, request.count);
                }
            }
        }
        return {};
    }

    // The oldest dirty run of a list, off its lists and marked as being purged, or as
    // much of its end as is wanted; null if none is `age_ms` old. Touching a
    // part of a huge page made all of it resident, also what has been clean since:
    // when nothing of the huge page is in use, a fragment takes the whole of it along.
    FreeRun* take_to_purge(u8 which, usize wanted, u32 now, u32 age_ms) {
        settle_loose();
        FreeRun* oldest = by_age_[which].front();
        if (oldest == nullptr || now - oldest->stamp < age_ms) return nullptr;
        FreeRun& run = *oldest;
        Window& window = windows_.window_of(Cell::of(run));
        const usize index = index_of(window, run);
        if (run.head.flags == kFragment) {
            FreeRun* huge = set_aside(window, align_down(index, kHuge), kHuge);
            if (huge != nullptr) return huge;
        } else if (wanted < run.length && Cell::of(run).head.home == kPlainHome) {
            return set_aside(window, index + run.length - wanted, wanted);
        }
        return set_aside(window, index, run.length);
    }

    // The longest dirty run, or as much of it as is wanted, off its lists and marked as
    // being purged; null if none has `least` pages. Fragments stay where they are.
    [[gnu::cold]] FreeRun* take_to_move(usize least, usize wanted) {
        constexpr int kLooks = 8;
        FreeRun* longest = nullptr;
        settle_loose();
        dirty_.look_below(kLongest, kLooks, [&](FreeRun& run) {
            if (run.length < least) return true;
            if (run.head.flags == kFragment || Cell::of(run).head.home != kPlainHome) return false;
            longest = &run;
            return true;
        });
        if (longest == nullptr) return nullptr;
        Window& window = windows_.window_of(Cell::of(*longest));
        const usize length = wanted < longest->length ? wanted : longest->length;
        return set_aside(window, index_of(window, *longest), length);
    }

    // --- giving back: the cells are clear ---

    // Clean pages go where they are at home, piece by piece. The stamp is the latest.
    [[gnu::cold]] void give_clean(Window& window, usize index, usize count, u32 stamp) {
        for_pieces(window, index, count,
                   [&](usize first, usize length) { add_clean(window, first, length, stamp); });
    }

    // The same for pages that lost their memory just now. What describes them goes after it.
    [[gnu::cold]] void give_purged(Window& window, usize index, usize count, u32 stamp) {
        for_pieces(window, index, count, [&](usize first, usize length) {
            FreeRun& run = add_clean(window, first, length, stamp);
            if (Cell::of(run).head.home != kPlainHome) return;
            const usize start = index_of(window, run);
            Windows::discard_descriptors(window, {start, start + run.length},
                                         {first, first + length});
        });
    }

    // Whole huge pages that are clean become plain if the program has shrunk.
    [[gnu::cold]] void forget_advice() {
        // Each is a call of the system under the lock.
        constexpr int kMost = 16;
        for (int calls = 0; calls < kMost; calls++) {
            if (!has_shrunk() || !forget_some_advice()) return;
        }
    }

    // A run is as old as the oldest part of it: what comes and goes at its
    // edge must not keep the rest.
    void give_dirty(Window& window, usize index, usize count, u32 stamp, u32 now) {
        const auto to_front = [this, now](FreeRun& old, FreeRun& run) {
            auto& list = by_age_[kWhole];
            list.remove(old);
            run.stamp == now ? list.push_back(run) : list.push_front(run);
        };
        for_pieces(window, index, count, [&](usize first, usize length) {
            // The common case: they become part of one run, which stays as old as it was.
            if (stamp == now && window.cells[first].head.home == kPlainHome &&
                dirty_.extend(window.cells, limit_of(window), first, length, to_front)) {
                return;
            }
            u32 oldest = stamp;
            FreeRun& run =
                dirty_.add(window.cells, limit_of(window), first, length, [&](FreeRun& joined) {
                    oldest = now - joined.stamp > now - oldest ? joined.stamp : oldest;
                    forget_age(joined);
                });
            run.stamp = oldest;
            const bool is_fragment = run.length < kHuge && Cell::of(run).head.home == kHugeHome;
            run.head.flags = is_fragment ? kFragment : kWhole;
            auto& list = by_age_[run.head.flags];
            const bool newest = list.empty() || now - list.back()->stamp >= now - oldest;
            newest ? list.push_back(run) : list.push_front(run);
            fragment_pages_ += is_fragment ? run.length : 0;
        });
    }

    // The same for a page that is dirty since now, and is still what it was: it stays loose
    // where it can.
    void give_page(Cell& cell, u32 now) {
        if (cell.head.home == kPlainHome && loose_.give(cell, now)) return;
        Window& window = windows_.window_of(cell);
        cell.clear();
        give_dirty(window, static_cast<usize>(&cell - window.cells), 1, now, now);
    }

    // The sum of free runs, and that every one is what its list says. For tests.
    bool check_invariants() {
        usize seen = 0;
        bool good = true;
        const auto visit = [&](Kind kind) {
            return [&, kind](FreeRun& run) {
                Window& window = windows_.window_of(Cell::of(run));
                const Cell* cells = window.cells;
                const usize index = index_of(window, run);
                const usize end = index + run.length;
                good &= run.head.kind.get() == kind && run.head.owner.get() == nullptr;
                good &= end <= limit_of(window) && run_before(window.cells, end) == &run;
                for (usize i = index + 1; i < end; i++) {
                    good &= cells[i].kind() == (i == end - 1 ? Kind::FreeTail : Kind::None);
                    good &= cells[i].head.home == run.head.home;
                }
                // Pages without memory are in no piece (moves.h).
                for (usize i = index; kind != Kind::FreeDirty && i < end; i++) {
                    good &= cells[i].head.piece.get() == 0;
                }
                const bool walled = run.head.home == kHugeHome;
                good &= !walled || align_down(index, kHuge) == align_down(end - 1, kHuge);
                const bool meets_wall = walled && end % kHuge == 0;
                good &= end == limit_of(window) || cells[end].kind() != kind || meets_wall ||
                        cells[end].head.home != run.head.home;
                seen += run.length;
            };
        };
        clean_.for_each(visit(Kind::FreeClean));
        huge_.for_each(visit(Kind::FreeHuge));
        dirty_.for_each(visit(Kind::FreeDirty));
        usize aged = 0;
        for (auto& list : by_age_) {
            for (FreeRun* run = list.front(); run != nullptr; run = list.next(*run)) {
                aged += run->length;
            }
        }
        good &= loose_.check_invariants();
        return good && seen == clean_pages() + dirty_.pages() && aged == dirty_.pages();
    }

  private:
    // Used memory from which on huge pages are; and how much smaller a program must be than
    // that to have shrunk, and not to be about to grow again.
    static constexpr usize kHugeFrom = (64 * kMiB) / kPage;
    static constexpr usize kMuchSmaller = 4;
    // A share of used memory that advice may run ahead of use.
    static constexpr usize kAheadShare = 64;
    // Cell::home.
    static constexpr u8 kPlainHome = 0;
    static constexpr u8 kHugeHome = 1;

    static usize limit_of(const Window& window) {
        return window.limit.load(std::memory_order_relaxed);
    }
    static usize index_of(const Window& window, FreeRun& run) {
        return static_cast<usize>(&Cell::of(run) - window.cells);
    }

    bool fits(FreeRun& run, const Request& request) const {
        if (request.align == 1) return true;  // it is long enough
        const Window& window = windows_.window_of(Cell::of(run));
        const usize index = index_of(window, run);
        return aligned_in(window, index, request.align) + request.count <= index + run.length;
    }

    template <Kind kKind>
    FreeRun* take_from(RunsOf<kKind>& runs, const Request& request) {
        return runs.take(request.count, request.surely,
                         [&](FreeRun& run) { return fits(run, request); });
    }

    // A dirty run that is too short, together with what is free around it: a good part of
    // the memory is there already, or what is wanted first. Looks at the longest few.
    [[gnu::cold]] Span take_mixed(const Request& request, Gaps& gaps) {
        constexpr int kLooks = 4;
        constexpr usize kLeastDirty = 4;
        if (request.align != 1 || request.count == 1) return {};
        Span span;
        dirty_.look_below(request.count, kLooks, [&](FreeRun& run) {
            if (!request.slowly && run.length < request.count / kLeastDirty) return true;
            Window& window = windows_.window_of(Cell::of(run));
            usize first = index_of(window, run);
            usize end = first + run.length;
            while (end - first < request.count && end < limit_of(window) &&
                   is_free(window.cells[end].kind())) {
                end += window.cells[end].template as<FreeRun>().length;
            }
            while (end - first < request.count) {
                FreeRun* before = run_before(window.cells, first);
                if (before == nullptr) return false;
                first -= before->length;
            }
            const usize start = index_of(window, run);
            span = take_range(window, start + request.count <= end ? start : end - request.count,
                              request.count, gaps);
            return true;
        });
        return span;
    }

    void settle_loose() {
        if (loose_.pages() != 0) settle_all_loose();
    }
    [[gnu::cold, gnu::noinline]] void settle_all_loose() {
        const u32 now = Port::now_ms();
        loose_.take_all([&](Cell& cell, u32 stamp) {
            Window& window = windows_.window_of(cell);
            give_dirty(window, static_cast<usize>(&cell - window.cells), 1, stamp, now);
        });
    }

    // Pages that are free become a run on no list, marked as being purged; null if not all are
    // free.
    FreeRun* set_aside(Window& window, usize first, usize count) {
        const Span part = take_range(window, first, count);
        if (part.first == nullptr) return nullptr;
        return &part.first->template become<FreeRun>(
            Kind::Purging, [count](FreeRun& r) { r.length = static_cast<u32>(count); });
    }

    FreeRun* take_huge(const Request& request) {
        FreeRun* run = take_from(huge_, request);
        if (run != nullptr || !advise_clean_run(request.count)) return run;
        return take_from(huge_, request);
    }

    // How much to advise when `pages` are about to be filled: some more.
    usize with_ahead(usize pages) const {
        const usize ahead = used_pages() / kAheadShare;
        return align_up(pages > ahead ? pages : ahead, kHuge);
    }

    // Turns the start of a plain clean run that is long enough into advised memory.
    [[gnu::cold]] bool advise_clean_run(usize count) {
        const usize least = kHuge > count ? kHuge : count;
        FreeRun* run = take_from(clean_, {least, kHuge, least + kHuge - 1, Density::Dense});
        if (run == nullptr) return false;
        Window& window = windows_.window_of(Cell::of(*run));
        const usize first = index_of(window, *run);
        const usize length = run->length;
        const usize start = align_up(first, kHuge);
        const usize end = start + with_ahead(count);
        const u32 stamp = run->stamp;
        Cell::of(*run).clear();
        advise(window, start, end < first + length ? end : first + length);
        give_clean(window, first, length, stamp);
        return true;
    }

    // Advises the whole huge pages in [first, end).
    void advise(Window& window, usize first, usize end) {
        first = align_up(first, kHuge);
        end = align_down(end, kHuge);
        if (first >= end) return;
        Port::prefer_huge(window.base + first * kPage, (end - first) * kPage);
        for (usize i = first; i < end; i++) window.cells[i].head.home = kHugeHome;
    }

    // The same for the other way, with clean neighbours, to be one range for the system. False:
    // there is no such page.
    bool forget_some_advice() {
        FreeRun* run = huge_.take(kHuge, kHuge, [](FreeRun&) { return true; });
        if (run == nullptr) return false;
        Window& window = windows_.window_of(Cell::of(*run));
        usize first = index_of(window, *run);
        usize end = first + kHuge;
        u32 stamp = run->stamp;
        const auto join = [&](usize index) {
            if (index >= limit_of(window) || window.cells[index].kind() != Kind::FreeHuge)
                return false;
            FreeRun& next = window.cells[index].template as<FreeRun>();
            if (next.length != kHuge) return false;
            stamp = next.stamp > stamp ? next.stamp : stamp;
            huge_.remove(next);
            Cell::of(next).clear();
            return true;
        };
        Cell::of(*run).clear();
        while (join(end)) end += kHuge;
        while (first >= kHuge && join(first - kHuge)) first -= kHuge;
        Port::reset(window.base + first * kPage, (end - first) * kPage);
        for (usize i = first; i < end; i++) window.cells[i].head.home = kPlainHome;
        give_purged(window, first, end - first, stamp);
        return true;
    }

    // From new address space.
    [[gnu::cold]] Span take_grown(const Request& request, bool huge) {
        const auto growth = windows_.grow(request.count + request.align - 1);
        if (growth.count == 0) return {};
        window_pages_ += growth.count;
        Window& window = *growth.window;
        const usize end = growth.first + growth.count;
        if (huge) {
            const usize wanted = growth.first + with_ahead(request.count) + kHuge;
            advise(window, growth.first, wanted < end ? wanted : end);
        }
        const usize start = aligned_in(window, growth.first, request.align);
        give_clean(window, growth.first, start - growth.first, kNeverPurged);
        give_clean(window, start + request.count, end - start - request.count, kNeverPurged);
        return {&window.cells[start], true, request.count};
    }

    Span cut_clean(FreeRun& run, const Request& request) {
        const u32 stamp = run.stamp;
        return {&cut(run, request), true, request.count, stamp};
    }

    // The part of a run (off its list) that was asked for; the rest goes back.
    Cell& cut(FreeRun& run, const Request& request) {
        Window& window = windows_.window_of(Cell::of(run));
        const usize from = index_of(window, run);
        const usize to = from + run.length;
        const usize start = aligned_in(window, from, request.align);
        const Kind kind = run.head.kind.get();
        const u32 stamp = run.stamp;
        Cell::of(run).clear();
        give_as(kind, window, from, start - from, stamp);
        give_as(kind, window, start + request.count, to - start - request.count, stamp);
        return window.cells[start];
    }

    static usize aligned_in(const Window& window, usize index, usize align) {
        const usize page = address(window.base) / kPage;
        return align_up(page + index, align) - page;
    }

    // The free run that contains page `index`; null if that page is not free.
    static FreeRun* free_run_at(Window& window, usize index) {
        Cell* cells = window.cells;
        usize head = index;
        if (cells[index].kind() == Kind::FreeTail) {
            head = index + 1 - cells[index].template as<FreeTail>().length;
        }
        while (head > 0 && cells[head].kind() == Kind::None) head--;
        if (!is_free(cells[head].kind())) return nullptr;
        FreeRun& run = cells[head].template as<FreeRun>();
        return index - head < run.length ? &run : nullptr;
    }

    // A piece, which becomes (part of) the run that is returned.
    FreeRun& add_clean(Window& window, usize first, usize count, u32 stamp) {
        u32 latest = stamp;
        const auto joins = [&](FreeRun& joined) {
            latest = joined.stamp > latest ? joined.stamp : latest;
        };
        FreeRun& run = window.cells[first].head.home == kHugeHome
                           ? huge_.add(window.cells, limit_of(window), first, count, joins)
                           : clean_.add(window.cells, limit_of(window), first, count, joins);
        run.stamp = latest;
        return run;
    }

    void unlink(FreeRun& run) {
        if (run.head.kind.get() == Kind::FreeClean) {
            clean_.remove(run);
        } else if (run.head.kind.get() == Kind::FreeHuge) {
            huge_.remove(run);
        } else {
            dirty_.remove(run);
            forget_age(run);
        }
    }

    void give_as(Kind kind, Window& window, usize index, usize count, u32 stamp) {
        if (kind == Kind::FreeDirty) {
            give_dirty(window, index, count, stamp, Port::now_ms());
        } else {
            give_clean(window, index, count, stamp);
        }
    }

    // Calls give(first, count) for the pieces of a range that no wall divides.
    template <class Give>
    void for_pieces(const Window& window, usize index, usize count, Give give) {
        const usize end = index + count;
        while (index < end) {
            const u8 home = window.cells[index].head.home;
            usize next = align_down(index, kHuge) + kHuge;
            while (home == kPlainHome && next < end && window.cells[next].head.home == home) {
                next += kHuge;
            }
            next = next < end ? next : end;
            give(index, next - index);
            index = next;
        }
    }

    void forget_age(FreeRun& run) {
        by_age_[run.head.flags].remove(run);
        if (run.head.flags == kFragment) fragment_pages_ -= run.length;
    }

    // In the order of need: all but the first of the windows is for odd cases, and few programs
    // have huge pages. A page that nobody writes to is no memory.
    LoosePages loose_;
    List<FreeRun, age_link> by_age_[2];  // dirty runs, kWhole and kFragment, oldest first
    usize fragment_pages_ = 0;
    usize window_pages_ = 0;
    RunsOf<Kind::FreeClean> clean_;
    RunsOf<Kind::FreeDirty> dirty_;
    Windows windows_;
    RunsOf<Kind::FreeHuge> huge_;
};

}  // namespace ashlar::pages
