// Windows: ranges of address space cut into equal pages ("units" on the malloc
// side), with the descriptor array and a side array beside them.
//
//   side area         descriptors        pages
//   [s0 s1 s2 ... ]   [d0 d1 d2 ... ]    [p0 | p1 | p2 ...      -> grows
//   kSideBytes each   64 bytes each      1 << kShift bytes each
//
// All three areas grow together, upwards, a piece at a time, so address space
// and commit charge follow use. There is normally one window for the whole
// process and `find` on it is two loads and a compare; when its growth meets a
// foreign mapping (or the platform gave only a small reservation) a further
// window is opened and found by a short search.
//
// Not synchronised: growth happens under the caller's lock. `find` may run
// concurrently with growth: a limit is published after what it covers.
#pragma once

#include <atomic>
#include <initializer_list>

#include "core/bits.h"
#include "core/descriptor.h"
#include "port/contract.h"

namespace ashlar::pages {

struct Geometry {
    unsigned shift;    // log2 of the page
    usize side_bytes;  // side bytes a page
};

template <port::MemoryPort Port, Geometry kGeometry>
class WindowSet {
  public:
    static constexpr unsigned kShift = kGeometry.shift;
    static constexpr usize kPage = usize{1} << kShift;
    static constexpr usize kMaxWindows = 64;
    static constexpr usize kHugePages = port::kHugePage > kPage ? port::kHugePage >> kShift : 1;
    // The start of every window is aligned at least so.
    static constexpr usize kBaseAlign = 2 * kMiB > kPage ? 2 * kMiB : kPage;

    struct Window {
        char* base = nullptr;
        Cell* cells = nullptr;
        char* side = nullptr;
        std::atomic<usize> limit{0};  // pages in use of the window so far
        usize capacity = 0;           // pages the window may grow to
        usize cells_claimed = 0;      // bytes
        usize side_claimed = 0;       // bytes
        bool reserved = false;        // grows by commit instead of claim
    };

    // A run of new pages. Empty (count 0) when the system refused.
    struct Growth {
        Window* window;
        usize first;
        usize count;
    };

    // The descriptor of the page that holds `p`; null for an address that is
    // in no window.
    Cell* find(const void* p) const {
        Cell* cell = find_first(p);
        return cell != nullptr ? cell : find_further(p);
    }

    // The same for the first window only: all that fast paths look at.
    Cell* find_first(const void* p) const {
        const usize index = (address(p) - address(windows_[0].base)) >> kShift;
        if (index < windows_[0].limit.load(std::memory_order_acquire)) [[likely]] {
            Cell* cell = windows_[0].cells + index;
            // Spares the callers' fast paths a second comparison.
            if (cell == nullptr) __builtin_unreachable();
            return cell;
        }
        return nullptr;
    }

    // The side bytes of the cell's page.
    char* side_of(const Cell& cell) const {
        const Window& w = window_of(cell);
        return w.side + static_cast<usize>(&cell - w.cells) * kGeometry.side_bytes;
    }

    char* address_of(const Cell& cell) const {
        const Window& w = window_of(cell);
        return w.base + (static_cast<usize>(&cell - w.cells) << kShift);
    }

    // `cell` belongs to a window.
    const Window& window_of(const Cell& cell) const {
        const Window* w = windows_;
        while (static_cast<usize>(&cell - w->cells) >= w->limit.load(std::memory_order_relaxed) ||
               &cell < w->cells) {
            w++;
        }
        return *w;
    }
    Window& window_of(const Cell& cell) {
        return const_cast<Window&>(static_cast<const WindowSet*>(this)->window_of(cell));
    }

    usize count() const { return count_.load(std::memory_order_acquire); }
    Window& operator[](usize i) { return windows_[i]; }

    // Adds at least `wanted` pages in one piece, more when that is cheap.
    // Count 0 when the system refuses. Growth comes in whole huge pages as
    // long as it can, so that they can be used later.
    [[gnu::cold]] Growth grow(usize wanted) {
        if (wanted > kMaxGrowth) return {};
        const usize present = count();
        if (present != 0) {
            Window& last = windows_[present - 1];
            usize step = align_up(last.limit.load(std::memory_order_relaxed) / 8, kMinStep);
            step = step < kMaxStep ? step : kMaxStep;
            const usize rounded = align_up(wanted, kHugePages);
            Claim claim = Claim::Taken;
            for (const usize pages : {step, rounded, wanted}) {
                if (pages < wanted) continue;
                claim = extend(last, pages);
                if (claim == Claim::Done) return newest(last, pages);
            }
            if (claim == Claim::OutOfMemory) return {};
        }
        if (present == kMaxWindows) return {};
        Window& fresh = windows_[present];
        const usize first = wanted < kMinStep ? kMinStep : wanted;
        for (const usize pages : {first, wanted}) {
            if (!open(fresh, pages)) continue;
            count_.store(present + 1, std::memory_order_release);
            return newest(fresh, pages);
        }
        return {};
    }

    // Entries [first, end).
    struct Range {
        usize first;
        usize end;
    };

    // Of the descriptors of a run of pages all but the first and the last say nothing, nor do its
    // side bytes. Machine pages that hold nothing else give their memory back, as far as they are
    // about `some` of the run.
    [[gnu::cold]] static void discard_descriptors(Window& w, Range run, Range some) {
        discard_within(reinterpret_cast<char*>(w.cells), sizeof(Cell), {run.first + 1, run.end - 1},
                       {some.first - (some.first != run.first ? 1 : 0), some.end + 1});
        discard_within(w.side, kGeometry.side_bytes, run, some);
    }

  private:
    using Claim = port::Claim;

    // 2 TiB of memory a window: further windows are for odd cases only.
    static constexpr usize kCapacity = (usize{2} << 40) >> kShift;
    static constexpr usize kMaxGrowth = (usize{64} << 40) >> kShift;
    // Steps: an eighth of the window, so that claims are logarithmic in the
    // size of the process; at least 4 MiB, at most 1 GiB.
    static constexpr usize kMinStep = (4 * kMiB) >> kShift;
    static constexpr usize kMaxStep = kGiB >> kShift;
    // What a reservation starts at and may shrink to under an address limit.
    static constexpr usize kReservation = 64 * kGiB;
    static constexpr usize kSmallestReservation = 2 * kMiB;
    static constexpr usize kAlignment = kGiB;

    [[gnu::noinline]] Cell* find_further(const void* p) const {
        const usize n = count();
        for (usize i = 1; i < n; i++) {
            const usize index = (address(p) - address(windows_[i].base)) >> kShift;
            if (index < windows_[i].limit.load(std::memory_order_acquire)) {
                return windows_[i].cells + index;
            }
        }
        return nullptr;
    }

    static usize side_room(usize pages) {
        return align_up(pages * kGeometry.side_bytes, Port::page_size());
    }
    static usize cell_room(usize pages) {
        return align_up(pages * sizeof(Cell), Port::page_size());
    }

    // The machine pages of an array that hold some of these entries and only `inner` ones.
    static void discard_within(char* array, usize entry, Range inner, Range some) {
        const usize page = Port::page_size();
        const usize inner_from = align_up(inner.first * entry, page);
        const usize inner_to = align_down(inner.end * entry, page);
        const usize some_from = align_down(some.first * entry, page);
        const usize some_to = align_up(some.end * entry, page);
        const usize from = inner_from > some_from ? inner_from : some_from;
        const usize to = inner_to < some_to ? inner_to : some_to;
        if (from < to) Port::discard(array + from, to - from);
    }

    static Growth newest(Window& w, usize pages) {
        return {&w, w.limit.load(std::memory_order_relaxed) - pages, pages};
    }

    // Gives a window its first pages. A refusal leaves its place behind and the
    // next attempt starts there: a program that keeps asking at its limit does
    // not use up its address space.
    bool open(Window& w, usize pages) {
        Claim claim = pages <= w.capacity ? extend(w, pages) : Claim::Taken;
        if (claim == Claim::OutOfMemory && w.reserved) return false;
        if (claim == Claim::Taken) claim = open_unreserved(w, pages);
        return claim == Claim::Done || open_reserved(w, pages);
    }

    // Tries a few places where nobody else is expected to map anything.
    Claim open_unreserved(Window& w, usize pages) {
        const usize capacity = pages * 2 > kCapacity ? pages * 2 : kCapacity;
        const usize before = align_up(side_room(capacity) + cell_room(capacity), kAlignment);
        for (int attempt = 0; attempt < 4; attempt++) {
            char* at = static_cast<char*>(Port::suggest(before + (capacity << kShift)));
            if (at == nullptr) return Claim::Taken;
            place(w, at, at + side_room(capacity), at + before, capacity, false);
            const Claim claim = extend(w, pages);
            if (claim != Claim::Taken) return claim;
        }
        return Claim::Taken;
    }

    // One mapping that holds all three areas; under an address space limit as
    // large as can be had.
    bool open_reserved(Window& w, usize pages) {
        for (usize bytes = kReservation; bytes >= kSmallestReservation; bytes /= 2) {
            const usize capacity = pages > (bytes >> kShift) ? pages : bytes >> kShift;
            const usize align = capacity >= (kAlignment >> kShift) ? kAlignment : kBaseAlign;
            const usize before = align_up(side_room(capacity) + cell_room(capacity), kBaseAlign);
            char* at = static_cast<char*>(Port::reserve(before + (capacity << kShift), align));
            if (at == nullptr) continue;
            place(w, at, at + side_room(capacity), at + before, capacity, true);
            return extend(w, pages) == Claim::Done;
        }
        return false;
    }

    static void place(Window& w, char* side, char* cells, char* base, usize capacity,
                      bool reserved) {
        w.side = side;
        w.cells = reinterpret_cast<Cell*>(cells);
        w.base = base;
        w.capacity = capacity;
        w.cells_claimed = 0;
        w.side_claimed = 0;
        w.reserved = reserved;
    }

    // Makes `pages` more pages usable, descriptors first.
    Claim extend(Window& w, usize pages) {
        const usize limit = w.limit.load(std::memory_order_relaxed);
        if (pages > w.capacity - limit) return Claim::Taken;
        Claim claim = cover(w, w.side, w.side_claimed, side_room(limit + pages));
        if (claim != Claim::Done) return claim;
        claim =
            cover(w, reinterpret_cast<char*>(w.cells), w.cells_claimed, cell_room(limit + pages));
        if (claim != Claim::Done) return claim;
        claim = take(w, w.base + (limit << kShift), pages << kShift);
        if (claim == Claim::Done) w.limit.store(limit + pages, std::memory_order_release);
        return claim;
    }

    // Brings an area that has `claimed` bytes to `room`.
    Claim cover(const Window& w, char* area, usize& claimed, usize room) {
        if (room <= claimed) return Claim::Done;
        const Claim claim = take(w, area + claimed, room - claimed);
        if (claim == Claim::Done) claimed = room;
        return claim;
    }

    Claim take(const Window& w, char* at, usize bytes) {
        if (!w.reserved) return Port::claim(at, bytes);
        return Port::commit(at, bytes) ? Claim::Done : Claim::OutOfMemory;
    }

    std::atomic<usize> count_{0};
    Window windows_[kMaxWindows];
};

}  // namespace ashlar::pages
