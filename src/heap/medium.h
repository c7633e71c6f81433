// Medium blocks: 16 KiB to 512 KiB in steps of one granule (4 KiB).
//
// Size classes would tie memory to one size each, and medium sizes are many
// and their blocks few: a buffer that doubles leaves a dead block in every
// class it passes. So medium blocks share chunks of 2 MiB in which any run of
// free granules serves any size and neighbours coalesce by being adjacent bits
// of a bitmap. First fit from the lowest address keeps a chunk dense, and
// chunks whose longest free run is short are tried first, so that sparse ones
// drain and are given back.
//
//   chunk = 32 units
//   used      one bit a granule: the words are `bits` of units 0, 4, 8 ...
//   touched   one bit a granule, what has memory behind it: units 1, 5, 9 ...
//   bounds    seven bits a word of 64 granules, in one word: unit 2
//   length    16 bits a granule in the window's side area, set where a block starts
//
// Invariants: length[g] != 0 exactly where a block starts, and the bits
// [g, g + length[g]) are then used; free_granules counts the zero bits;
// longest >= the longest run of zero bits; bounds[w] >= the longest that starts in
// word w, or 127 if that is longer; what is used is touched.
//
// Arenas exist so that threads do not wait for each other; a shard moves to
// the next arena when it finds its own busy. A chunk stays with its arena. In
// front of them every shard caches blocks by length (see shard.h).
#pragma once

#include "core/lock.h"
#include "heap/space.h"

namespace ashlar::heap {

inline constexpr usize kChunkUnits = 32;
inline constexpr usize kChunkGranules = kChunkUnits * kGranulesPerUnit;
inline constexpr usize kMediumMax = 512 * kKiB;

// In the length entry of a block that sits in a shard's cache.
inline constexpr u16 kCachedFlag = 0x8000;

// One chunk, seen as an array of granules.
class Chunk {
  public:
    explicit Chunk(Cell& first) : cells_(&first) {}

    // The first unit of the chunk that a unit belongs to.
    static Cell& first_of(Cell& unit) { return (&unit)[-static_cast<int>(unit.head.state)]; }

    MediumUnit& head() { return cells_[0].as<MediumUnit>(); }

    // `gaps` are the units that have no memory.
    void start(const pages::Gaps& gaps, void* home) {
        for (usize i = 0; i < kChunkUnits; i++) {
            cells_[i].become<MediumUnit>(Kind::Medium, [i, home](MediumUnit& unit) {
                unit.head.state = static_cast<u8>(i);
                unit.home = home;
            });
        }
        for (usize word = 0; word < kWords; word++) touched(word) = ~u64{0};
        for (const auto& gap : gaps) {
            for_words(gap.first * kGranulesPerUnit, gap.count * kGranulesPerUnit,
                      [this](usize word, u64 mask) { touched(word) &= ~mask; });
        }
        head().free_granules = kChunkGranules;
        head().longest = kChunkGranules;
        set_bound(0, kMostBound);
    }

    // The lowest run of `count` free granules; kChunkGranules if there is none.
    usize find(usize count) {
        for (u64 words = promising(count); words != 0; words &= words - 1) {
            const auto word = static_cast<usize>(std::countr_zero(words)) / 8;
            const usize at = find_from(word, count);
            if (at < kChunkGranules) return at;
            set_bound(word, count - 1);
        }
        return kChunkGranules;
    }

    // The same for one that starts at a multiple of `align`, as granules at and
    // behind `base` are numbered.
    usize find_aligned(usize count, usize align, usize base) {
        for (usize at = next(0, false); at < kChunkGranules;) {
            const usize end = next(at, true);
            const usize aligned = align_up(base + at, align) - base;
            if (aligned + count <= end) return aligned;
            at = next(end, false);
        }
        return kChunkGranules;
    }

    usize longest_run() {
        usize longest = 0;
        for (usize at = next(0, false); at < kChunkGranules;) {
            const usize end = next(at, true);
            longest = end - at > longest ? end - at : longest;
            at = next(end, false);
        }
        return longest;
    }

    bool is_free(usize first, usize count) { return next(first, true) >= first + count; }
    bool is_used(usize granule) { return (used(granule / 64) >> granule % 64 & 1) != 0; }

    void set(usize first, usize count) {
        for_words(first, count, [this](usize word, u64 mask) { used(word) |= mask; });
        head().free_granules = static_cast<u16>(head().free_granules - count);
        // What was behind it in the same run starts there now.
        const usize end = first + count;
        const bool from_start = first == 0 || is_used(first - 1);
        if (end < kChunkGranules && (end / 64 != first / 64 || !from_start)) {
            raise_bound(end / 64, next(end, true) - end);
        }
    }
    // Returns the length of the run of free granules that it is a part of now.
    usize clear(usize first, usize count) {
        for_words(first, count, [this](usize word, u64 mask) { used(word) &= ~mask; });
        head().free_granules = static_cast<u16>(head().free_granules + count);
        const usize start = start_of_run(first);
        const usize length = next(first + count, true) - start;
        raise_bound(start / 64, length);
        return length;
    }

    // Marks a run as touched; returns how many granules of it were not before.
    usize touch(usize first, usize count) {
        usize fresh = 0;
        for_words(first, count, [this, &fresh](usize word, u64 mask) {
            const u64 more = mask & ~touched(word);
            if (more == 0) return;
            fresh += static_cast<usize>(std::popcount(more));
            touched(word) |= mask;
        });
        return fresh;
    }
    usize untouched() {
        usize granules = 0;
        for (usize word = 0; word < kWords; word++) {
            granules += static_cast<usize>(std::popcount(~touched(word)));
        }
        return granules;
    }

    // A bit for each unit that has any memory behind it.
    u32 filled_units() {
        u32 filled = 0;
        for (usize unit = 0; unit < kChunkUnits; unit++) {
            const usize at = unit * kGranulesPerUnit;
            const u64 here = touched(at / 64) >> at % 64 & bit_run(0, kGranulesPerUnit);
            filled |= u32{here != 0} << unit;
        }
        return filled;
    }

    // Whether a run lies wholly on touched granules: using it costs no memory.
    bool is_touched(usize first, usize count) {
        bool all = true;
        for_words(first, count,
                  [this, &all](usize word, u64 mask) { all &= (touched(word) & mask) == mask; });
        return all;
    }

    // Visits the touched granules that are not used as (first, count), runs joined
    // inside a word, and marks them untouched. Returns how many there were.
    template <class Visit>
    usize take_idle(Visit visit) {
        usize granules = 0;
        for (usize word = 0; word < kWords; word++) {
            u64 idle = touched(word) & ~used(word);
            touched(word) &= ~idle;
            granules += static_cast<usize>(std::popcount(idle));
            while (idle != 0) {
                const auto from = static_cast<unsigned>(std::countr_zero(idle));
                const auto count = static_cast<unsigned>(std::countr_one(idle >> from));
                visit(word * 64 + from, usize{count});
                idle &= ~bit_run(from, count);
            }
        }
        return granules;
    }

  private:
    static constexpr usize kWords = kChunkGranules / 64;
    static_assert(4 * kWords == kChunkUnits);

    u64& used(usize word) { return cells_[4 * word].as<MediumUnit>().bits; }
    u64& touched(usize word) { return cells_[4 * word + 1].as<MediumUnit>().bits; }

    // The words' bounds, eight bits each of which the highest is zero.
    static constexpr usize kMostBound = 127;
    static_assert(kWords == 8);
    u64& bounds() { return cells_[2].as<MediumUnit>().bits; }
    void set_bound(usize word, usize bound) {
        const usize at = 8 * word;
        bounds() = (bounds() & ~(u64{0xff} << at)) | u64{bound < kMostBound ? bound : kMostBound}
                                                         << at;
    }
    void raise_bound(usize word, usize length) {
        if ((bounds() >> 8 * word & 0xff) < length) set_bound(word, length);
    }
    // The highest bit of the byte of each word in which `count` granules may start, of all
    // bytes at once: 128 more than a bound, less `count`, is 128 or more.
    u64 promising(usize count) {
        constexpr u64 kOnes = 0x0101010101010101;
        const u64 wanted = count < kMostBound ? count : kMostBound;
        return ((bounds() | 128 * kOnes) - wanted * kOnes) & 128 * kOnes;
    }

    // The lowest run of `count` free granules that lies in the word, or begins in its high bits.
    usize find_from(usize word, usize count) {
        const u64 free = ~used(word);
        if (const u64 starts = starts_of_runs(free, count); starts != 0) {
            return word * 64 + static_cast<usize>(std::countr_zero(starts));
        }
        const auto high = static_cast<usize>(std::countl_one(free));
        const usize start = word * 64 + 64 - high;
        return high != 0 && next(start, true) >= start + count ? start : kChunkGranules;
    }

    // Where the run of free granules starts that `at` would be part of if it were free.
    usize start_of_run(usize at) {
        while (at > 0 && !is_used(at - 1)) {
            const usize base = align_down(at - 1, 64);
            const u64 below = used(base / 64) & bit_run(0, static_cast<unsigned>(at - base));
            at = below == 0 ? base : base + log2_floor(below) + 1;
        }
        return at;
    }

    // The first granule from `at` on that is used (or free).
    usize next(usize at, bool want_used) {
        while (at < kChunkGranules) {
            u64 word = used(at / 64);
            if (!want_used) word = ~word;
            word &= ~u64{0} << (at % 64);
            if (word != 0) return align_down(at, 64) + static_cast<usize>(std::countr_zero(word));
            at = align_down(at, 64) + 64;
        }
        return kChunkGranules;
    }

    // The bits at which `count` ones or more begin, count > 0.
    static u64 starts_of_runs(u64 ones, usize count) {
        if (count > 64) return 0;
        // `ones` always says where runs of `have` begin.
        for (usize have = 1; have < count && ones != 0;) {
            const usize more = have < count - have ? have : count - have;
            ones &= ones >> more;
            have += more;
        }
        return ones;
    }

    template <class Apply>
    static void for_words(usize first, usize count, Apply apply) {
        while (count > 0) {
            const usize offset = first % 64;
            const usize part = count < 64 - offset ? count : 64 - offset;
            apply(first / 64, bit_run(static_cast<unsigned>(offset), static_cast<unsigned>(part)));
            first += part;
            count -= part;
        }
    }

    Cell* cells_;
};

template <class Port>
class MediumArena {
  public:
    Lock<Port>& lock() { return lock_; }

    // A block of `count` granules at a multiple of `align` granules, under the
    // lock; null if no chunk has room (or, with `touched_only`, none without
    // touching new memory). `zeroed` tells whether it reads as zero.
    void* take(Spans<Port>& spans, usize count, usize align, bool touched_only, bool& zeroed) {
        for (usize bucket = log2_floor(count); bucket < kBuckets; bucket++) {
            int tries = kTries;
            for (MediumUnit* unit = chunks_[bucket].front(); unit != nullptr && tries > 0;
                 tries--) {
                MediumUnit* next = chunks_[bucket].next(*unit);
                if (unit->longest < count) {
                    unit = next;
                    continue;
                }
                Cell& first = Cell::of(*unit);
                Chunk chunk(first);
                const usize base = address(spans.windows().address_of(first)) >> kGranuleShift;
                const usize at =
                    align == 1 ? chunk.find(count) : chunk.find_aligned(count, align, base);
                if (at < kChunkGranules) {
                    if (touched_only && !chunk.is_touched(at, count)) return nullptr;
                    return place(spans, chunk, at, count, zeroed);
                }
                chunk.head().longest = static_cast<u16>(chunk.longest_run());
                move_to_bucket(chunk);
                unit = next;
            }
        }
        return nullptr;
    }

    // `home` is null in an arena of the process's heap, which `arena_index` tells.
    void add_chunk(Cell& first, usize arena_index, void* home, const pages::Gaps& gaps) {
        Chunk chunk(first);
        chunk.start(gaps, home);
        chunk.head().head.extra = static_cast<u16>(arena_index);
        chunk.head().bucket = kBuckets;
        add_idle(kChunkGranules - chunk.untouched());
        move_to_bucket(chunk);
    }

    // Free granules with memory behind them; anybody may ask.
    usize idle_granules() const { return idle_.load(std::memory_order_relaxed); }
    // Under the lock: so many of them have none any more.
    void note_purged(usize granules, u32 now) {
        add_idle(-granules);
        purged_ = granules;
        purge_stamp_ = now;
    }

    // Gives a block back, under the lock. True: the chunk is free as a whole
    // and off the lists; the caller returns its units.
    [[nodiscard]] bool give(Cell& chunk_cell, u16* lengths, usize at, usize count) {
        Chunk chunk(chunk_cell);
        lengths[at] = 0;
        const usize run = chunk.clear(at, count);
        if (chunk.head().free_granules == kChunkGranules) {
            chunks_[chunk.head().bucket].remove(chunk.head());
            add_idle(count - (kChunkGranules - chunk.untouched()));
            return true;
        }
        add_idle(count);
        if (run > chunk.head().longest) {
            chunk.head().longest = static_cast<u16>(run);
            move_to_bucket(chunk);
        }
        return false;
    }

    // Changes a block's length in place, under the lock. False: no room behind it.
    bool resize(Spans<Port>& spans, Cell& chunk_cell, u16* lengths, usize at, usize from,
                usize to) {
        Chunk chunk(chunk_cell);
        if (to > from) {
            if (at + to > kChunkGranules || !chunk.is_free(at + from, to - from)) return false;
            use(spans, chunk, at + from, to - from);
        } else {
            const usize run = chunk.clear(at + to, from - to);
            add_idle(from - to);
            if (run > chunk.head().longest) {
                chunk.head().longest = static_cast<u16>(run);
                move_to_bucket(chunk);
            }
        }
        lengths[at] = static_cast<u16>(to);
        return true;
    }

    // Some chunk, off the lists, with whatever is live in it; null if there is none.
    MediumUnit* take_any_chunk() {
        for (auto& list : chunks_) {
            if (MediumUnit* unit = list.pop_front()) return unit;
        }
        return nullptr;
    }

    template <class Visit>
    void for_each_chunk(Visit visit) {
        for (auto& list : chunks_) {
            for (MediumUnit* unit = list.front(); unit != nullptr; unit = list.next(*unit)) {
                visit(Chunk(Cell::of(*unit)), Cell::of(*unit));
            }
        }
    }

  private:
    static constexpr usize kBuckets = log2_floor(kChunkGranules) + 1;
    // Chunks looked through in a bucket that does not promise room.
    static constexpr int kTries = 8;

    void* place(Spans<Port>& spans, Chunk& chunk, usize at, usize count, bool& zeroed) {
        zeroed = use(spans, chunk, at, count) == count;
        Cell& first = Cell::of(chunk.head());
        reinterpret_cast<u16*>(spans.windows().side_of(first))[at] = static_cast<u16>(count);
        return spans.windows().address_of(first) + at * kGranule;
    }

    // Marks a run as used; returns how many granules of it get memory only now.
    usize use(Spans<Port>& spans, Chunk& chunk, usize at, usize count) {
        chunk.set(at, count);
        const usize fresh = chunk.touch(at, count);
        if (fresh != 0) spans.note_filled(fresh * kGranule);
        add_idle(fresh - count);
        if (fresh != 0 && purged_ != 0) note_regret(spans, fresh);
        return fresh;
    }

    // Which of the untouched granules were purged is not known: the first to be
    // wanted are taken for them.
    [[gnu::cold]] void note_regret(Spans<Port>& spans, usize fresh) {
        const usize regretted = fresh < purged_ ? fresh : purged_;
        purged_ -= regretted;
        spans.note_regret(regretted * kGranule, purge_stamp_);
    }

    // Modulo 2^64.
    void add_idle(usize granules) {
        idle_.store(idle_.load(std::memory_order_relaxed) + granules, std::memory_order_relaxed);
    }

    void move_to_bucket(Chunk& chunk) {
        MediumUnit& head = chunk.head();
        const usize bucket = head.longest == 0 ? 0 : log2_floor(head.longest);
        if (bucket == head.bucket) return;
        if (head.bucket < kBuckets) chunks_[head.bucket].remove(head);
        head.bucket = static_cast<u16>(bucket);
        chunks_[bucket].push_front(head);
    }

    Lock<Port> lock_;
    std::atomic<usize> idle_{0};  // written under the lock
    usize purged_ = 0;            // by the last purge, and not wanted again since
    u32 purge_stamp_ = 0;
    FrontList<MediumUnit, chunk_link> chunks_[kBuckets];
};

}  // namespace ashlar::heap
