// Large blocks: whole units from the spans, one run for each block.
//
//   allocate -- a run, dirty where there is one that fits; the gaps in it are supplied
//               with dirty memory from elsewhere if the block will be filled (fullness.h)
//   resize ---- in place when the units behind are free; otherwise the pages move, without
//               a copy, to a longer run
//   free ------ the run is dirty memory of the spans, which decide what becomes of it; of a
//               block that had gaps the system is asked what was touched
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
    // memory.
    static void* allocate(usize size, usize align, Contents contents) {
        const usize bytes = align_up(size == 0 ? 1 : size, Port::page_size());
        const usize units = ceil_div(bytes, kUnit);
        pages::Gaps gaps;
        pages::Span span = Mem::spans.take_place(units, align <= kUnit ? 1 : align / kUnit, gaps);
        if (span.first == nullptr) return nullptr;
        become_large(*span.first, bytes, units, supply(span, units, gaps, units));
        char* block = Mem::windows().address_of(*span.first);
        if (contents == Contents::Zero && !span.zeroed) clear(block, bytes, gaps);
        return block;
    }

    // The same for a private heap.
    static void* allocate_at(Home<Port>& home, usize size, usize align, Contents contents) {
        void* block = allocate(size, align, contents);
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
        leave_home(run);
        if (run.head.flags != 0) return give_parts(run, static_cast<char*>(p));
        Mem::spans.give(cell, run.units, false);
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
    // Clears what is not in a gap.
    static void clear(char* block, usize bytes, const pages::Gaps& gaps) {
        usize done = 0;
        for (const auto& gap : gaps) {
            std::memset(block + done, 0, gap.first * kUnit - done);
            done = (gap.first + gap.count) * kUnit;
        }
        if (done < bytes) std::memset(block + done, 0, bytes - done);
    }

    // Which units of a block have memory, and how much it has in all; looked at some at a time.
    class Contained {
      public:
        Contained(char* block, const LargeRun& run)
            : block_(block), units_(run.units), pages_(run.bytes / Port::page_size()) {}

        // Whether a unit, the next to be asked for, has memory that is worth keeping.
        bool is_dense(usize unit) {
            const usize each = kUnit / Port::page_size();
            if (unit % kAtOnce == 0) {
                const usize count = units_ - unit < kAtOnce ? units_ - unit : kAtOnce;
                Port::look_for_memory(block_ + unit * kUnit, count * kUnit, seen_);
            }
            const unsigned char* seen = seen_ + unit % kAtOnce * each;
            const usize pages = pages_ - unit * each < each ? pages_ - unit * each : each;
            usize present = 0;
            for (usize i = 0; i < pages; i++) present += seen[i] & 1;
            present_ += present;
            last_ = (seen[pages - 1] & 1) != 0;
            return present * kSparse >= pages;
        }
        // After the last unit: whether the block was filled.
        bool is_filled() const { return last_ && present_ * 2 >= pages_; }

      private:
        // A kilobyte of the stack.
        static constexpr usize kAtOnce = 64;
        // A unit with less than this part of its pages is not worth its length in dirty memory.
        static constexpr usize kSparse = 4;

        char* block_;
        usize units_;
        usize pages_;
        usize present_ = 0;
        bool last_ = false;
        unsigned char seen_[kAtOnce * kGranulesPerUnit];
    };

    // Gives a block back that had gaps. What was never touched is not to pass for dirty memory.
    [[gnu::cold]] [[gnu::noinline]] static void give_parts(LargeRun& run, char* block) {
        Contained contained(block, run);
        const bool probe = (run.head.flags & LargeRun::kProbe) != 0;
        const usize units = run.units;
        Cell* cells = &Cell::of(run);
        usize first = 0;  // of a part that is alike
        usize fresh = 0;
        bool kept = contained.is_dense(0);
        for (usize end = 1; end <= units; end++) {
            const bool keep = end < units && contained.is_dense(end);
            if (end < units && keep == kept) continue;
            // Also what seems to have none: memory in swap is not seen.
            if (!kept) Port::discard(block + first * kUnit, (end - first) * kUnit);
            Mem::spans.give_part(cells[first], end - first, !kept);
            fresh += kept ? end - first : 0;
            first = end;
            kept = keep;
        }
        Mem::spans.settle(fresh);
        if (probe) fullness.note(units, contained.is_filled());
    }

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

    static void become_large(Cell& cell, usize bytes, usize units, u8 flags) {
        cell.become<LargeRun>(Kind::Large, [bytes, units, flags](LargeRun& run) {
            run.bytes = bytes;
            run.units = units;
            run.head.flags = flags;
        });
    }

    // A place for (the last `count` units of) a block of `units` may have gaps. Returns the
    // flags of the block.
    static u8 supply(pages::Span& span, usize count, pages::Gaps& gaps, usize units) {
        if (gaps.pages() == 0) return 0;
        const bool fill = fullness.expects(units);
        const bool probe = gaps.has(count - 1) && (!fill || fullness.looks_again());
        Mem::spans.supply(span, gaps, fill ? count - (probe ? 1 : 0) : 0);
        if (span.missing != 0) MediumBlocks<Port>::note_growth(span);
        return (span.missing != 0 ? LargeRun::kGaps : 0) | (probe ? LargeRun::kProbe : 0);
    }

    static bool grow_in_place(Cell& cell, usize bytes, usize units) {
        LargeRun& run = cell.as<LargeRun>();
        auto& window = Mem::windows().window_of(cell);
        const usize behind = static_cast<usize>(&cell - window.cells) + run.units;
        const usize more = units - run.units;
        pages::Gaps gaps;
        pages::Span span = Mem::spans.take_at(window, behind, more, gaps);
        if (span.first == nullptr) return false;
        run.head.flags = (run.head.flags & LargeRun::kGaps) | supply(span, more, gaps, units);
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
        const u8 gaps_before = run.head.flags & LargeRun::kGaps;
        become_large(*span.first, bytes, units, gaps_before | supply(span, units, tail, units));
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
        run.head.flags &= LargeRun::kGaps;
        run.units = units;
        run.bytes = bytes;
        return p;
    }

    inline static constinit Fullness fullness;
};

}  // namespace ashlar::heap
