// Moves: memory changes its place instead of being given back and faulted in anew.
//
// A long run without memory can be had at any time, but filling it costs a fault for every
// page while dirty memory lies elsewhere in runs that are too short. Page tables can bring it
// here. In microseconds for a page of 4 KiB, on a virtual machine: a fault 2, giving back 0.3;
// moving 0.45 by 64 KiB at a time, 0.06 by 1 MiB, 0.02 by 16 MiB (docs/decisions/0010).
//
// The system remembers where a page was first, so what was moved stays a mapping of its own, a
// "piece", until its memory is given back; a call moves (a part of) one piece. Every page's cell
// says what it belongs to:
//
//   piece   0: no piece, the mapping of its neighbours; otherwise a number that neighbouring
//           pieces do not share, except by chance: then the system refuses to move both at once
//
// A piece is cut, not renumbered, when a part of it goes elsewhere: who owns a page may write its
// cell, and its neighbours' owners are others.
//
// Invariants: pages without memory are in no piece. A process may have 65,530 mappings; a piece
// costs two, and there are at most kMostPieces.
//
// Any thread, for pages that are its own.
#pragma once

#include <atomic>

#include "pages/window.h"

namespace ashlar::pages {

template <class Port, Geometry kGeometry>
class Moves {
  public:
    using Windows = WindowSet<Port, kGeometry>;
    using Window = typename Windows::Window;
    static constexpr usize kPage = Windows::kPage;

    // Moves what is behind pages [from, from + count) of one window to those from `to` on of
    // another, which have no memory. Returns how many pages have gone, front to end: fewer
    // when the system refuses. What they leave has no memory.
    usize move(Window& source, usize from, Window& target, usize to, usize count) {
        usize done = 0;
        for_stretches(source, from, count, [&](usize first, usize length, u8 piece) {
            char* start = at(source, first);
            if (first != from + done || pieces_.load(std::memory_order_relaxed) >= kMostPieces)
                return;
            if (!Port::move(start, at(target, to + done), length * kPage)) return;
            mark(target, to + done, length, next_number());
            pages_.fetch_add(length, std::memory_order_relaxed);
            pieces_.fetch_add(1, std::memory_order_relaxed);
            if (piece != 0) reset(source, first, length);
            done += length;
        });
        return done;
    }

    // Gives the memory behind pages back; they read as zero.
    void discard(Window& window, usize first, usize count) {
        if (pages() == 0) return Port::discard(at(window, first), count * kPage);
        for_stretches(window, first, count, [&](usize start, usize length, u8 piece) {
            piece == 0 ? Port::discard(at(window, start), length * kPage)
                       : reset(window, start, length);
        });
    }

    // Pages that have lost their memory are in no piece any more.
    void forget(Window& window, usize first, usize count) {
        if (pages() == 0) return;
        for_stretches(window, first, count, [&](usize start, usize length, u8 piece) {
            if (piece != 0) reset(window, start, length);
        });
    }

    // That are in pieces.
    usize pages() const { return pages_.load(std::memory_order_relaxed); }

  private:
    static constexpr std::int64_t kMostPieces = 4096;

    static char* at(const Window& window, usize page) { return window.base + page * kPage; }

    u8 next_number() {
        const u32 count = count_.fetch_add(1, std::memory_order_relaxed);
        return static_cast<u8>(count % 255 + 1);
    }

    static void mark(Window& window, usize first, usize count, u8 piece) {
        for (usize i = first; i < first + count; i++) window.cells[i].head.piece.set(piece);
    }

    // (A part of) a piece becomes what its neighbours are.
    void reset(Window& window, usize first, usize count) {
        const u8 piece = window.cells[first].head.piece.get();
        const usize end = first + count;
        const usize limit = window.limit.load(std::memory_order_relaxed);
        const bool goes_on = end < limit && window.cells[end].head.piece.get() == piece;
        const bool began = first > 0 && window.cells[first - 1].head.piece.get() == piece;
        Port::reset(at(window, first), count * kPage);
        mark(window, first, count, 0);
        pages_.fetch_sub(count, std::memory_order_relaxed);
        if (began && goes_on) pieces_.fetch_add(1, std::memory_order_relaxed);
        if (!began && !goes_on) pieces_.fetch_sub(1, std::memory_order_relaxed);
    }

    // Calls visit(first, length, piece) for the stretches of a range that are of one piece.
    template <class Visit>
    static void for_stretches(Window& window, usize first, usize count, Visit visit) {
        const usize end = first + count;
        while (first < end) {
            const u8 piece = window.cells[first].head.piece.get();
            usize next = first + 1;
            while (next < end && window.cells[next].head.piece.get() == piece) next++;
            visit(first, next - first, piece);
            first = next;
        }
    }

    std::atomic<usize> pages_{0};
    // About: who looks at a neighbour's cell may find it between two lives.
    std::atomic<std::int64_t> pieces_{0};
    std::atomic<u32> count_{0};
};

}  // namespace ashlar::pages
