// Large blocks: whole units from the spans, one run for each block.
//
//   allocate -- a run, dirty where there is one that fits; the gaps in it are supplied
//               with dirty memory from elsewhere if the block will be filled (fullness.h)
//   resize ---- in place when the units behind are free; otherwise the pages move, without
//               a copy, to a longer run
//   free ------ the run is dirty memory of the spans, which decide what becomes of it
//
// Nothing is cached here: the spans keep what was freed, for blocks of any length. A
// block for which the process takes more memory than it ever had makes it grow, and what
// lies idle between medium blocks pays for it (medium_blocks.h).
//
//   bytes <= units * kUnit < bytes + kUnit, bytes a multiple of the machine's page
#pragma once

#include <cstring>

#include "heap/fullness.h"
#include "heap/medium_blocks.h"

namespace ashlar::heap {

template <class Port>
class LargeBlocks {
  public:
    using Mem = Memory<Port>;

    // A block of `size` bytes at a multiple of `align`, a power of two, null if there is no
    // memory. `zeroed` is told whether the block reads as zero.
    static void* allocate(usize size, usize align, bool& zeroed) {
        const usize bytes = align_up(size == 0 ? 1 : size, Port::page_size());
        const usize units = ceil_div(bytes, kUnit);
        pages::Gaps gaps;
        pages::Span span = Mem::spans.take_place(units, align <= kUnit ? 1 : align / kUnit, gaps);
        if (span.first == nullptr) return nullptr;
        become_large(*span.first, bytes, units, supply(span, units, gaps, units));
        zeroed = span.zeroed;
        return Mem::windows().address_of(*span.first);
    }

    // The same for a private heap.
    static void* allocate_at(Home<Port>& home, usize size, usize align, bool& zeroed) {
        void* block = allocate(size, align, zeroed);
        if (block != nullptr) settle_in(home, Mem::windows().find(block)->template as<LargeRun>());
        return block;
    }

    // Gives all blocks of a private heap back, live or not.
    static void release(Home<Port>& home) {
        while (LargeRun* run = home.large.front()) {
            free(Cell::of(*run), Mem::windows().address_of(Cell::of(*run)));
        }
    }

    // `cell` is the descriptor of `p` and says Large.
    static void free(Cell& cell, void* p) {
        if (Mem::windows().address_of(cell) != p) return misuse(Misuse::InvalidFree, p);
        LargeRun& run = cell.as<LargeRun>();
        const usize units = run.units;
        if ((run.head.flags & LargeRun::kProbe) != 0) {
            const usize last = run.bytes - Port::page_size();
            fullness.note(units, Port::has_memory(static_cast<char*>(p) + last));
        }
        leave_home(run);
        Mem::spans.give(cell, units, false);
    }

    // The block becomes `size` bytes; null leaves it as it is.
    static void* resize(Cell& cell, void* p, usize size) {
        LargeRun& run = cell.as<LargeRun>();
        if (size > kMaxRequest) return nullptr;
        const usize bytes = align_up(size, Port::page_size());
        const usize units = ceil_div(bytes, kUnit);
        if (units <= run.units) return shrink(cell, p, bytes, units);
        return grow_in_place(cell, bytes, units) ? p : grow_elsewhere(cell, p, bytes, units);
    }

  private:
    static void settle_in(Home<Port>& home, LargeRun& run) {
        const Guard guard(home.lock);
        run.home = &home;
        home.large.push_front(run);
    }
    static void leave_home(LargeRun& run) {
        if (run.home == nullptr) return;
        auto& home = *static_cast<Home<Port>*>(run.home);
        const Guard guard(home.lock);
        home.large.remove(run);
    }

    static void become_large(Cell& cell, usize bytes, usize units, bool probe) {
        cell.become<LargeRun>(Kind::Large, [bytes, units, probe](LargeRun& run) {
            run.bytes = bytes;
            run.units = units;
            run.head.flags = probe ? LargeRun::kProbe : 0;
        });
    }

    // A place for (the last `count` units of) a block of `units` may have gaps. True: the last
    // unit has no memory yet, and will show whether the block is filled.
    static bool supply(pages::Span& span, usize count, const pages::Gaps& gaps, usize units) {
        if (gaps.pages() == 0) return false;
        const bool fill = fullness.expects(units);
        const bool probe = gaps.has(count - 1) && (!fill || fullness.looks_again());
        Mem::spans.supply(span, gaps, fill ? count - (probe ? 1 : 0) : 0);
        if (span.missing != 0) MediumBlocks<Port>::note_growth(span);
        return probe;
    }

    static bool grow_in_place(Cell& cell, usize bytes, usize units) {
        LargeRun& run = cell.as<LargeRun>();
        auto& window = Mem::windows().window_of(cell);
        const usize behind = static_cast<usize>(&cell - window.cells) + run.units;
        const usize more = units - run.units;
        pages::Gaps gaps;
        pages::Span span = Mem::spans.take_at(window, behind, more, gaps);
        if (span.first == nullptr) return false;
        run.head.flags = supply(span, more, gaps, units) ? LargeRun::kProbe : 0;
        run.units = units;
        run.bytes = bytes;
        return true;
    }

    // The pages of the block move to a longer run, without a copy where the system can.
    static void* grow_elsewhere(Cell& cell, void* p, usize bytes, usize units) {
        LargeRun& run = cell.as<LargeRun>();
        const usize old = run.units;
        pages::Gaps gaps;
        pages::Span span = Mem::spans.take_empty_place(units, 1, gaps);
        if (span.first == nullptr) return nullptr;
        char* target = Mem::windows().address_of(*span.first);
        // All pages of the run: those beyond its bytes may hold memory of earlier use,
        // and what stays behind must read as zero.
        const usize moved = span.zeroed ? Mem::spans.move(cell, *span.first, old) : 0;
        const usize left = moved * kUnit;
        if (left < run.bytes) {
            std::memcpy(target + left, static_cast<char*>(p) + left, run.bytes - left);
        }
        pages::Gaps tail;
        if (span.zeroed) tail.add(old, units - old);
        span.missing = tail.pages();
        become_large(*span.first, bytes, units, supply(span, units, tail, units));
        if (run.home != nullptr) {
            settle_in(*static_cast<Home<Port>*>(run.home), span.first->template as<LargeRun>());
        }
        leave_home(run);
        if (moved != 0) Mem::spans.give(cell, moved, true);
        if (moved != old) Mem::spans.give((&cell)[moved], old - moved, false);
        return target;
    }

    static void* shrink(Cell& cell, void* p, usize bytes, usize units) {
        LargeRun& run = cell.as<LargeRun>();
        if (units < run.units) {
            Mem::spans.give((&cell)[units], run.units - units, false);
        }
        // The last unit is another now, whose memory tells nothing.
        run.head.flags = 0;
        run.units = units;
        run.bytes = bytes;
        return p;
    }

    inline static constinit Fullness fullness;
};

}  // namespace ashlar::heap
