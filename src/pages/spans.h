// Spans: runs of pages for the floors above, and what becomes of free memory.
//
//        take               give(dirty)             purge
//   clean, huge ----> in use ------------> dirty ------------> clean, huge
//                        ^                   |
//                        +------ take -------+
//
// The kinds of free runs are told in free_runs.h. A request is served from dirty
// memory first: it costs no page fault and no growth; one for a single page, from the page that
// was given last. A long run that no dirty one
// fits may have the memory of several moved to it (moves.h). What is purged when is
// decided by purge_policy.h. Purging a part of a huge page (a "fragment") splits
// it, costs more than it gives and makes the rest slower; fragments are purged
// last.
//
// One lock guards all; purging happens outside of it.
#pragma once

#include <atomic>

#include "core/lock.h"
#include "pages/free_runs.h"
#include "pages/moves.h"
#include "pages/purge_policy.h"

namespace ashlar::pages {

struct SpanCounts {
    usize window_pages;  // address space taken from the system
    usize clean_pages;   // free without memory
    usize dirty_pages;   // free with memory
    usize purged_pages;  // given back so far
    usize purges;        // calls that gave memory back
};

template <class Port, Geometry kGeometry>
class Spans {
  public:
    using FreeRunsType = FreeRuns<Port, kGeometry>;
    using Windows = typename FreeRunsType::Windows;
    using Window = typename FreeRunsType::Window;
    static constexpr usize kPage = Windows::kPage;

    Windows& windows() { return free_.windows(); }
    const Windows& windows() const { return free_.windows(); }
    Lock<Port>& lock() { return lock_; }

    // A run of `count` pages whose address is a multiple of `align` pages (a
    // power of two). The caller sets the first cell; all cells are clear.
    Span take(usize count, usize align = 1, Density density = Density::Sparse) {
        Gaps unused;
        return take(request_for(count, align, density), unused);
    }

    // The same for a single page.
    Span take_page(Density density) {
        lock_.lock();
        if (Cell* page = free_.take_loose()) [[likely]] {
            policy_.note_live(filled_pages());
            lock_.unlock();
            return {page};
        }
        Gaps unused;
        return take_and_unlock(request_for(1, 1, density), unused);
    }

    // The same for who will fill it little by little: where it has no memory is told, and
    // counts as untouched.
    Span take_to_fill(usize count, Gaps& gaps) {
        Request request = request_for(count, 1, Density::Sparse);
        request.slowly = true;
        return take(request, gaps);
    }

    // The same for a long run, addresses first, with what memory lies there; `supply` is to
    // follow.
    Span take_place(usize count, usize align, Gaps& gaps) {
        const Request request = request_for(count, align, Density::Sparse);
        if (request.count == 0) return {};
        lock_.lock();
        const Span span = free_.take_dirty(request, gaps);
        if (span.first != nullptr) policy_.note_reuse(count - gaps.pages());
        lock_.unlock();
        return span.first != nullptr ? span : take_empty_place(count, align, gaps);
    }

    // The same without memory, if there is such a place.
    Span take_empty_place(usize count, usize align, Gaps& gaps) {
        const Request request = request_for(count, align, Density::Sparse);
        if (request.count == 0) return {};
        const Guard guard(lock_);
        const Span span = free_.take_clean(request);
        if (span.first == nullptr) return free_.take_scattered(request);
        gaps.add(0, count);
        return span;
    }

    // The same for exactly the `count` pages from index `first` on, if all of them are free.
    Span take_at(Window& window, usize first, usize count, Gaps& gaps) {
        const Guard guard(lock_);
        return free_.take_range(window, first, count, gaps);
    }

    // A place was taken that has gaps; the process grows by their pages. Those before page `fill`
    // will be written soon: dirty memory that lies elsewhere in shorter runs moves to them. What
    // has no memory then is left in `gaps`.
    void supply(Span& span, Gaps& gaps, usize fill) {
        Window& window = windows().window_of(*span.first);
        const usize start = index_in(window, *span.first);
        const Gaps before = gaps;
        gaps = {};
        for (const auto& gap : before) {
            const usize end = gap.first + gap.count;
            const usize stop = end < fill ? end : fill;
            usize at = gap.first;
            while (at < stop) {
                const usize more = move_dirty(window, start + at, stop - at);
                if (more == 0) break;
                at += more;
                span.missing -= more;
                span.zeroed = false;
            }
            if (at < end) gaps.add(at, end - at);
        }
        if (span.missing == 0) return;
        Growth growth;
        {
            const Guard guard(lock_);
            if (span.purged != 0) {
                policy_.note_regret(span.missing, span.purged, Port::now_ms());
            }
            growth = note_growth();
        }
        span.record = growth.record;
        if (growth.excess != 0) purge_some(growth.excess);
    }

    // Moves the memory of `count` pages of a run to the start of one that has none. Returns how
    // many pages have gone, front to end; they read as zero then.
    usize move(Cell& from, Cell& to, usize count) {
        Window& source = windows().window_of(from);
        Window& target = windows().window_of(to);
        return moves_.move(source, index_in(source, from), target, index_in(target, to), count);
    }

    // Gives a run back. `zeroed` only if its pages read as zero because no
    // memory is behind them.
    void give(Cell& first, usize count, bool zeroed) {
        Due due;
        if (zeroed) forget_moves(first, count);
        {
            const Guard guard(lock_);
            const u32 now = Port::now_ms();
            add_free(first, count, zeroed, now);
            due = look_at_rules(now, zeroed ? 0 : count);
        }
        if (due.any()) [[unlikely]]
            purge_due(due);
    }

    // The same for a single page that is not zeroed.
    void give_page(Cell& page) {
        Due due;
        {
            const Guard guard(lock_);
            const u32 now = Port::now_ms();
            free_.give_page(page, now);
            due = look_at_rules(now, 1);
        }
        if (due.any()) [[unlikely]]
            purge_due(due);
    }

    // The same for a part of what is given back at once; `settle` is to follow with the
    // sum of the parts that are not zeroed.
    void give_part(Cell& first, usize count, bool zeroed) {
        if (zeroed) forget_moves(first, count);
        const Guard guard(lock_);
        add_free(first, count, zeroed, Port::now_ms());
    }

    // Gives back everything dirty; returns the number of pages.
    usize purge_all() { return purge_older_than(0); }

    // Gives back what has been dirty for at least `age_ms`.
    usize purge_older_than(u32 age_ms) {
        return purge(FreeRunsType::kWhole, ~usize{0}, age_ms) +
               purge(FreeRunsType::kFragment, ~usize{0}, age_ms);
    }

    // Whoever takes a zeroed run and fills it little by little says how much of
    // it has no memory behind it, and how much of that he has touched since (or
    // gives back with it). Purging is ruled by memory, not by addresses.
    void note_untouched(usize bytes) { untouched_.fetch_add(bytes, std::memory_order_relaxed); }
    void note_touched(usize bytes) { untouched_.fetch_sub(bytes, std::memory_order_relaxed); }

    // The same as note_touched for so much at once that it may be growth; who says so has a lock
    // of his own, and calls settle_growth when he has it no more.
    void note_filled(usize bytes) {
        note_touched(bytes);
        const Guard guard(lock_);
        due_.store(note_growth().excess, std::memory_order_relaxed);
    }
    void settle_growth() {
        if (due_.load(std::memory_order_relaxed) == 0) return;
        purge_some(due_.exchange(0, std::memory_order_relaxed));
    }

    // For whoever keeps free memory of his own, `idle` bytes of it: whether live
    // memory has collapsed so far that it should go back; and that `bytes` of what
    // he gave back at `purged` are wanted again.
    [[gnu::cold]] bool has_collapsed(usize idle) {
        const Guard guard(lock_);
        const usize pages = idle / kPage;
        const usize filled = filled_pages();
        const usize live = filled > pages ? filled - pages : 0;
        return policy_.excess_after_collapse(live, free_.whole_pages() + pages) != 0;
    }
    // How often live memory has fallen so far (PurgePolicy::lows); anybody may ask.
    u32 lows() const { return policy_.lows(); }
    // The same for an ebb. What is dirty goes first, so `idle` only if all of it is paid for.
    [[gnu::cold]] bool has_ebbed(usize idle) {
        usize all = 0;
        usize excess = 0;
        {
            const Guard guard(lock_);
            const usize pages = idle / kPage;
            const usize filled = filled_pages();
            const usize live = filled > pages ? filled - pages : 0;
            all = free_.whole_pages() + pages;
            excess = policy_.excess_after_ebb(live, all);
        }
        if (excess != 0) purge(FreeRunsType::kWhole, excess, 0);
        return excess != 0 && excess == all;
    }
    [[gnu::cold]] void note_regret(usize bytes, u32 purged) {
        const Guard guard(lock_);
        regretted_ += bytes;
        if (regretted_ < kPage) return;
        policy_.note_regret(regretted_ / kPage, purged, Port::now_ms());
        regretted_ %= kPage;
    }

    // Gives back what the rules ask for, after `fresh` pages have become dirty.
    [[gnu::cold]] void settle(usize fresh = 0) {
        Due due;
        {
            const Guard guard(lock_);
            due = look_at_rules(Port::now_ms(), fresh);
        }
        purge_due(due);
    }

    SpanCounts counts() {
        const Guard guard(lock_);
        return {free_.window_pages(), free_.clean_pages(), free_.dirty_pages(), purged_pages_,
                purges_};
    }

    // Under the lock, in the child of a fork: what a thread of the parent was
    // purging is dirty memory of nobody.
    [[gnu::cold]] void after_fork_in_child() {
        for (usize w = 0; w < windows().count() && purging_pages_ != 0; w++) {
            Window& window = windows()[w];
            for (usize i = 0; i < window.limit.load(std::memory_order_relaxed); i++) {
                Cell& cell = window.cells[i];
                if (cell.kind() != Kind::Purging) continue;
                const usize length = cell.as<FreeRun>().length;
                cell.clear();
                free_.give_dirty(window, i, length, Port::now_ms(), Port::now_ms());
                purging_pages_ -= length;
            }
        }
    }

    // Calls visit(Window&, limit) for each window, under the lock.
    template <class Visit>
    void for_each_window(Visit visit) {
        const Guard guard(lock_);
        for (usize i = 0; i < windows().count(); i++) {
            visit(windows()[i], windows()[i].limit.load(std::memory_order_relaxed));
        }
    }

    // That all free runs are what the lists say. For tests.
    bool check_invariants() {
        const Guard guard(lock_);
        return free_.check_invariants();
    }

  private:
    // Fragments up to live memory divided by this do not count as dirty.
    static constexpr usize kFragmentShare = 4;
    using Policy = PurgePolicy<(64 * kKiB) / kPage>;
    // Runs purged between two looks at the lock.
    static constexpr usize kBatch = 16;
    // Shorter runs are not worth a move, but to fill what is no longer than they are.
    static constexpr usize kLeastMoved = (128 * kKiB) / kPage;
    static_assert(kLeastMoved > 0);

    // Of no pages if there can be no such run.
    static Request request_for(usize count, usize align, Density density) {
        const usize surely = count + align - 1;
        const bool fits = surely >= count && surely <= FreeRunsType::kLongest;
        return {fits ? count : 0, align, surely, density};
    }

    Span take(const Request& request, Gaps& gaps) {
        if (request.count == 0) return {};
        lock_.lock();
        return take_and_unlock(request, gaps);
    }

    Span take_and_unlock(const Request& request, Gaps& gaps) {
        Span span = free_.take_dirty(request, gaps);
        if (span.first == nullptr) {
            span = free_.take_clean(request);
            if (span.purged != 0) policy_.note_regret(request.count, span.purged, Port::now_ms());
            if (span.first == nullptr) span = free_.take_scattered(request);
            if (span.zeroed) gaps.add(0, request.count);
        }
        if (request.slowly) note_untouched(gaps.told() * kPage);
        if (span.missing == 0) policy_.note_live(filled_pages());
        const Growth growth = span.missing != 0 ? note_growth() : Growth{};
        lock_.unlock();
        span.record = growth.record;
        if (growth.excess != 0) purge_some(growth.excess);
        return span;
    }

    static usize index_in(const Window& window, const Cell& cell) {
        return static_cast<usize>(&cell - window.cells);
    }

    void forget_moves(Cell& first, usize count) {
        Window& window = windows().window_of(first);
        moves_.forget(window, index_in(window, first), count);
    }

    // --- under the lock ---

    void add_free(Cell& first, usize count, bool zeroed, u32 now) {
        Window& window = windows().window_of(first);
        const usize index = index_in(window, first);
        first.clear();
        zeroed ? free_.give_clean(window, index, count, FreeRunsType::kNeverPurged)
               : free_.give_dirty(window, index, count, now, now);
    }

    usize live_pages() const { return free_.used_pages() - purging_pages_; }

    // Of the live pages those with memory behind them.
    usize filled_pages() const {
        const usize untouched = untouched_.load(std::memory_order_relaxed) / kPage;
        const usize live = live_pages();
        return live > untouched ? live - untouched : 0;
    }

    struct Growth {
        usize excess = 0;     // what to purge for it
        bool record = false;  // and there never was so much memory in use or dirty
    };

    // Live memory may have grown by clean pages.
    Growth note_growth() {
        const usize spared = live_pages() / kFragmentShare;
        const usize fragments =
            free_.fragment_pages() > spared ? free_.fragment_pages() - spared : 0;
        const usize filled = filled_pages();
        policy_.note_live(filled);
        const usize excess = policy_.excess_at_growth(filled, free_.whole_pages() + fragments);
        return {excess, policy_.note_resident(filled + free_.dirty_pages() - excess)};
    }

    // What is to be purged.
    struct Due {
        usize whole = 0;
        bool fragments = false;
        bool aged = false;
        bool any() const { return whole != 0 || fragments || aged; }
    };

    // What the rules ask for after `fresh` pages have become dirty.
    Due look_at_rules(u32 now, usize fresh) {
        Due due;
        const usize live = filled_pages();
        // The collapse first: a look lets the peak fade for all the time that nobody
        // passed by, and the peak may be of just now.
        due.whole = policy_.excess_after_collapse(live, free_.whole_pages());
        // What was freed just now may be wanted again at once.
        const usize whole = free_.whole_pages();
        if (due.whole == 0 && whole > fresh) {
            due.whole = policy_.excess_after_ebb(live, whole - fresh);
        }
        // All or nothing: when live memory is less than what lies between it, or wants no huge
        // pages any more.
        const usize fragments = free_.fragment_pages();
        if (fragments > live || (fragments != 0 && free_.has_shrunk())) {
            due.fragments = policy_.excess_after_collapse(live, whole + fragments) != 0;
        }
        due.aged = policy_.look_for_aged(now, live);
        return due;
    }

    [[gnu::cold]] void purge_due(Due due) {
        if (due.whole != 0) purge(FreeRunsType::kWhole, due.whole, 0);
        if (due.fragments) purge(FreeRunsType::kFragment, ~usize{0}, 0);
        if (due.aged) purge(FreeRunsType::kWhole, ~usize{0}, Policy::kDecayMs);
    }

    void purge_some(usize target) {
        const usize done = purge(FreeRunsType::kWhole, target, 0);
        if (done < target) purge(FreeRunsType::kFragment, target - done, 0);
    }

    // The longest dirty run, or the start of it, moves to pages [to, to + count), which are the
    // caller's and have no memory. Returns the number of pages.
    usize move_dirty(Window& target, usize to, usize count) {
        FreeRun* run = nullptr;
        {
            const Guard guard(lock_);
            const usize least = count < kLeastMoved ? count : kLeastMoved;
            run = free_.take_to_move(least, count);
            if (run == nullptr) return 0;
            purging_pages_ += run->length;
        }
        Cell& cell = Cell::of(*run);
        Window& source = windows().window_of(cell);
        const usize from = index_in(source, cell);
        const usize length = run->length;
        const usize moved = moves_.move(source, from, target, to, length);
        const Guard guard(lock_);
        purging_pages_ -= length;
        cell.clear();
        if (moved != 0) {
            policy_.note_reuse(moved);
            free_.give_clean(source, from, moved, FreeRunsType::kNeverPurged);
        }
        if (moved != length) {
            const u32 now = Port::now_ms();
            free_.give_dirty(source, from + moved, length - moved, now, now);
        }
        return moved;
    }

    // Purges about `target` pages, oldest first, none younger than `age_ms`.
    // The system calls run outside of the lock; meanwhile the runs are nobody's.
    [[gnu::cold]] usize purge(u8 which, usize target, u32 age_ms) {
        usize total = 0;
        while (total < target) {
            FreeRun* batch[kBatch];
            usize count = 0;
            usize pages = 0;
            u32 now = 0;
            {
                const Guard guard(lock_);
                now = Port::now_ms();
                while (count < kBatch && total + pages < target) {
                    FreeRun* run = free_.take_to_purge(which, target - total - pages, now, age_ms);
                    if (run == nullptr) break;
                    pages += run->length;
                    batch[count++] = run;
                }
                purging_pages_ += pages;
            }
            if (count == 0) break;
            for (usize i = 0; i < count; i++) {
                Window& window = windows().window_of(Cell::of(*batch[i]));
                moves_.discard(window, index_in(window, Cell::of(*batch[i])), batch[i]->length);
            }
            const Guard guard(lock_);
            for (usize i = 0; i < count; i++) {
                Window& window = windows().window_of(Cell::of(*batch[i]));
                const auto index = static_cast<usize>(&Cell::of(*batch[i]) - window.cells);
                const usize length = batch[i]->length;
                Cell::of(*batch[i]).clear();
                free_.give_purged(window, index, length, now | 1);
            }
            free_.forget_advice();
            purging_pages_ -= pages;
            purged_pages_ += pages;
            purges_ += count;
            total += pages;
        }
        return total;
    }

    Lock<Port> lock_;
    Moves<Port, kGeometry> moves_;
    std::atomic<usize> untouched_{0};  // bytes; may run behind
    std::atomic<usize> due_{0};        // what to purge for growth
    usize regretted_ = 0;              // bytes, less than a page: not told to the policy yet
    usize purging_pages_ = 0;
    usize purged_pages_ = 0;
    usize purges_ = 0;
    Policy policy_;
    FreeRunsType free_;  // the last: not all of it is touched
};

}  // namespace ashlar::pages
