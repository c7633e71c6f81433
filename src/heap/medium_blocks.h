// Medium blocks: those of the arenas (medium.h), behind a cache in each shard.
//
//   allocate -- cache -- arena, under its lock -- a new chunk from the spans
//   free ------ cache -- arena, when the cache overflows -- a chunk that is free, to the spans
//
// A shard's cache keeps freed blocks by length, and serves a request with one that
// is up to an eighth longer, so that programs which take and return buffers hardly
// reach an arena. It is bounded, and it is emptied before a request would touch new
// memory: a cached block of the wrong length must not make the process grow.
//
//   cached_granules = sum of the lengths of the cached blocks <= cache_bound, but for
//                     the block that makes the cache overflow
//   length[g]         of a cached block has kCachedFlag; its bits stay used
//
// What is free in chunks has memory that nobody else can use, nor does it age. So it
// pays for growth: once the process has grown by as much as lies idle here, to more than
// it ever had, that goes back, and it goes back when it is most of what the heap has.
#pragma once

#include <cstring>

#include "heap/misuse.h"
#include "heap/shard.h"

namespace ashlar::heap {

template <class Port>
class MediumBlocks {
  public:
    using ShardType = Shard<Port>;
    using Pool = Shards<Port>;
    using Mem = Memory<Port>;

    static bool serves(usize size, usize align) {
        return size <= kMediumMax && align <= kMediumMax;
    }

    // A block of `size` bytes at a multiple of `align`, if it serves them; null when
    // there is no chunk to be had.
    static void* allocate(usize size, usize align, Contents contents) {
        const usize count = granules_for(size);
        const usize step = step_for(align);
        bool zeroed = false;
        void* block = step == 1 ? take_near(*Pool::current, count) : nullptr;
        if (block == nullptr) {
            block = Pool::template with_shard<MediumBlocks>(
                [&](ShardType& shard) -> void* { return from_arena(shard, count, step, zeroed); });
        }
        return with(contents, block, size, zeroed);
    }

    // The same for a private heap.
    static void* allocate_at(Home<Port>& home, usize size, usize align, Contents contents) {
        const usize count = granules_for(size);
        const usize step = step_for(align);
        bool zeroed = false;
        home.arena.lock().lock();
        void* block = home.arena.take(Mem::spans, count, step, false, zeroed);
        if (block == nullptr && add_chunk(home.arena, 0, &home)) {
            block = home.arena.take(Mem::spans, count, step, false, zeroed);
        }
        home.arena.lock().unlock();
        Mem::spans.settle_growth();
        return with(contents, block, size, zeroed);
    }

    // A cached block of exactly the length that `size` bytes (at least 1) need, or null.
    static void* take_cached(usize size) {
        const usize count = (size + kGranule - 1) >> kGranuleShift;
        ShardType& shard = *Pool::current;
        if (count > kCachedLengths || shard.medium[count] == nullptr) return nullptr;
        return uncache(shard, count);
    }

    // Gives all blocks of a private heap back, live or not.
    static void release(Home<Port>& home) {
        while (MediumUnit* unit = home.arena.take_any_chunk()) {
            Cell& first = Cell::of(*unit);
            std::memset(lengths_of(first), 0, kChunkGranules * sizeof(u16));
            give_chunk(first);
        }
    }

    // `cell` is the descriptor of `p` and says Medium; `length` is its length entry.
    static void free(Cell& cell, u16* length, void* p) {
        const usize count = *length;
        if (!is_aligned(address(p), kGranule) || count == 0) return misuse(Misuse::InvalidFree, p);
        if ((count & kCachedFlag) != 0) return misuse(Misuse::DoubleFree, p);
        ShardType& shard = *Pool::current;
        // What is in a cache would outlive its private heap.
        const bool is_private = cell.as<MediumUnit>().home != nullptr;
        if (&shard == &Pool::none || is_private) return give(cell, p, count);
        *length = static_cast<u16>(count | kCachedFlag);
        shard.medium[count] = new (p) CachedBlock{shard.medium[count], length};
        shard.cached.set(count);
        shard.cached_granules += count;
        if (shard.cached_granules > shard.cache_bound) [[unlikely]]
            overflow(shard);
    }

    // Changes the length of a block in place. False: it cannot stay.
    static bool resize(Cell& cell, void* p, usize size) {
        u16* length = length_of(cell, p);
        const usize from = *length;
        const usize to = ceil_div(size, kGranule);
        if (size <= classes::kSmallMax || to > kMediumMax / kGranule) return false;
        // Not worth the lock, and it would only have to grow again.
        if (to <= from && from - to <= from / 8) return true;
        Cell& first = Chunk::first_of(cell);
        MediumArena<Port>& arena = arena_of(first);
        arena.lock().lock();
        const bool stays = arena.resize(Mem::spans, first, lengths_of(first),
                                        granule_in_chunk(first, p), from, to);
        arena.lock().unlock();
        Mem::spans.settle_growth();
        return stays;
    }

    // Returns all that a shard's cache holds to the arenas, one lock for as many blocks as
    // follow each other from the same.
    [[gnu::noinline]] static void flush(ShardType& shard) {
        MediumArena<Port>* held = nullptr;
        MediumUnit* freed = nullptr;  // chunks, linked by `link.next`
        shard.cached.take_all([&](usize count) {
            CachedBlock* block = shard.medium[count];
            shard.medium[count] = nullptr;
            while (block != nullptr) {
                CachedBlock* next = block->next;
                Cell& first = Chunk::first_of(*Mem::windows().find(block));
                MediumArena<Port>& arena = arena_of(first);
                if (&arena != held) {
                    if (held != nullptr) held->lock().unlock();
                    arena.lock().lock();
                    held = &arena;
                }
                if (arena.give(first, lengths_of(first), granule_in_chunk(first, block), count)) {
                    Chunk(first).head().link.next = freed;
                    freed = &Chunk(first).head();
                }
                block = next;
            }
        });
        if (held != nullptr) held->lock().unlock();
        shard.cached_granules = 0;
        while (freed != nullptr) {
            MediumUnit* next = freed->link.next;
            give_chunk(Cell::of(*freed));
            freed = next;
        }
    }

    // Live memory may have fallen to a fraction since the thread was here last. What it keeps
    // for speed may be most of what there is then, though no size for itself has fallen far.
    static void look_at_low(ShardType& shard) {
        if (shard.lows == Mem::spans.lows() || &shard == &Pool::none) [[likely]]
            return;
        shard.lows = Mem::spans.lows();
        shrink(shard);
    }

    // The thread has given back most of what it had.
    [[gnu::cold]] static void shrink(ShardType& shard) {
        shard.for_each_served(
            [&shard](slab::Bin& bin) { Mem::give_slabs(Pool::Engine::shrink(shard, bin)); });
        shard.cache_bound = kCachedAfterEbb;
        if (shard.cached_granules > kCachedAfterEbb) flush(shard);
        settle_idle();
    }

    // Units of `span` have no memory yet, so the process grows. Once it has grown by as
    // much as lies idle in chunks and in the thread's cache, and never was so large, that
    // goes back: it was of no use for the growth, and to fault it in again cannot cost more
    // than the growth did. Below the most it ever had, memory only comes back.
    [[gnu::cold]] static void note_growth(const pages::Span& span) {
        const usize idle = Pool::current->cached_granules + idle_granules();
        const usize grown =
            grown_granules.fetch_add(span.missing * kGranulesPerUnit, std::memory_order_relaxed);
        if (!span.record || idle < kFlushGranules || grown < idle) return;
        grown_granules.store(0, std::memory_order_relaxed);
        if (Pool::current != &Pool::none) flush(*Pool::current);
        purge();
    }

    // Gives back the idle pages inside chunks; returns the bytes.
    static usize purge() {
        usize granules = 0;
        for (auto& arena : arenas) granules += purge(arena);
        return granules * kGranule;
    }
    static usize purge(Home<Port>& home) { return purge(home.arena) * kGranule; }

    static void lock_all() {
        for (auto& arena : arenas) arena.lock().lock();
    }
    static void unlock_all() {
        for (auto& arena : arenas) arena.lock().unlock();
    }

    // The arena of a chunk, given its first unit.
    static MediumArena<Port>& arena_of(Cell& first) {
        void* home = first.as<MediumUnit>().home;
        return home == nullptr ? arenas[first.head.extra] : static_cast<Home<Port>*>(home)->arena;
    }

    // The length entry of the granule that holds `p`.
    static u16* length_of(const Cell& cell, const void* p) {
        return reinterpret_cast<u16*>(Mem::windows().side_of(cell)) +
               (address(p) >> kGranuleShift) % kGranulesPerUnit;
    }
    // The same for an address of the first window.
    static u16* length_in_first(const void* p) {
        const auto& window = Mem::windows()[0];
        return reinterpret_cast<u16*>(window.side) +
               ((address(p) - address(window.base)) >> kGranuleShift);
    }

  private:
    static constexpr usize kArenas = 4;
    // What is worth a flush before new memory is touched.
    static constexpr usize kFlushGranules = (64 * kKiB) >> kGranuleShift;
    // The last block of a thread is often the table of what it freed before: that is not to stay.
    static constexpr usize kCachedAfterEbb = kLeastCached / 4;
    // A cache is of use that served a fourth of what it holds since the last time. One that
    // served half may be some times larger than its share: it holds what is wanted, so it
    // keeps less of what is not.
    static constexpr usize kUseful = 4;
    static constexpr usize kVeryUseful = 2;
    static constexpr usize kMostShares = 4;

    static usize granules_for(usize size) { return ceil_div(size == 0 ? 1 : size, kGranule); }
    static usize step_for(usize align) { return align <= kGranule ? 1 : align / kGranule; }

    // The cache has more than it may have. It may have more next time if it was of use, and
    // little if it was not: the thread is about to give back most of what it had.
    [[gnu::noinline]] static void overflow(ShardType& shard) {
        const bool of_use = shard.served_granules >= shard.cached_granules / kUseful;
        const bool of_much = shard.served_granules >= shard.cached_granules / kVeryUseful;
        const usize bound = of_use ? 2 * shard.cache_bound : kLeastCached;
        const usize most = Pool::cache_share() * (of_much ? kMostShares : 1);
        shard.cache_bound = bound < most ? bound : most;
        shard.served_granules = 0;
        flush(shard);
        settle_idle();
        look_at_low(shard);
    }

    // What lies idle in chunks goes back when it is most of what the heap has.
    static void settle_idle() {
        const usize idle = idle_granules();
        if (idle < kFlushGranules) return;
        if (Mem::spans.has_collapsed(idle * kGranule)) {
            purge();
            Mem::spans.settle();
        } else if (Mem::spans.has_ebbed(idle * kGranule)) {
            purge();
        }
    }

    static usize idle_granules() {
        usize idle = 0;
        for (const auto& arena : arenas) idle += arena.idle_granules();
        return idle;
    }

    // The first cached block of a length, no longer cached.
    static void* uncache(ShardType& shard, usize length) {
        CachedBlock* block = shard.medium[length];
        shard.medium[length] = block->next;
        shard.cached_granules -= length;
        shard.served_granules += length;
        *block->length = static_cast<u16>(length);
        return block;
    }

    // A cached block of `count` granules, or up to an eighth longer; null if there is none.
    static void* take_near(ShardType& shard, usize count) {
        while (const usize length = shard.cached.find(count, count / 8)) {
            if (shard.medium[length] != nullptr) return uncache(shard, length);
            shard.cached.clear(length);
        }
        return nullptr;
    }

    static usize granule_in_chunk(Cell& first, const void* p) {
        return (address(p) - address(Mem::windows().address_of(first))) >> kGranuleShift;
    }
    static u16* lengths_of(const Cell& first) {
        return reinterpret_cast<u16*>(Mem::windows().side_of(first));
    }

    static void* from_arena(ShardType& shard, usize count, usize step, bool& zeroed) {
        MediumArena<Port>& arena = lock_arena(shard);
        const bool hoards = shard.cached_granules > kFlushGranules;
        void* block = arena.take(Mem::spans, count, step, hoards, zeroed);
        if (block == nullptr && hoards) {
            arena.lock().unlock();
            flush(shard);
            arena.lock().lock();
            block = arena.take(Mem::spans, count, step, false, zeroed);
        }
        if (block == nullptr && add_chunk(arena, static_cast<usize>(&arena - arenas), nullptr)) {
            block = arena.take(Mem::spans, count, step, false, zeroed);
        }
        arena.lock().unlock();
        Mem::spans.settle_growth();
        return block;
    }

    // The shard's arena, locked; another one from now on if it is busy.
    static MediumArena<Port>& lock_arena(ShardType& shard) {
        for (usize i = 0; i < kArenas; i++) {
            if (arenas[shard.arena].lock().try_lock()) return arenas[shard.arena];
            shard.arena = (shard.arena + 1) % kArenas;
        }
        arenas[shard.arena].lock().lock();
        return arenas[shard.arena];
    }

    // `cell` is the descriptor of `p`.
    [[gnu::noinline]] static void give(Cell& cell, void* p, usize count) {
        Cell& first = Chunk::first_of(cell);
        MediumArena<Port>& arena = arena_of(first);
        {
            const Guard guard(arena.lock());
            if (!arena.give(first, lengths_of(first), granule_in_chunk(first, p), count)) return;
        }
        give_chunk(first);
    }

    // A free chunk's units go back. Those without memory are not to pass for dirty ones.
    static void give_chunk(Cell& first) {
        // Read first: clearing the cells ends it.
        const u32 filled = Chunk(first).filled_units();
        Mem::spans.note_touched(Chunk(first).untouched() * kGranule);
        for (usize i = 1; i < kChunkUnits; i++) (&first)[i].clear();
        for (usize i = 0; i < kChunkUnits;) {
            const bool has_memory = (filled >> i & 1) != 0;
            const auto alike =
                static_cast<usize>(std::countr_one((has_memory ? filled : ~filled) >> i));
            Mem::spans.give_part((&first)[i], alike, !has_memory);
            i += alike;
        }
        Mem::spans.settle(static_cast<usize>(std::popcount(filled)));
    }

    static bool add_chunk(MediumArena<Port>& arena, usize index, void* home) {
        pages::Gaps gaps;
        const pages::Span span = Mem::spans.take_to_fill(kChunkUnits, gaps);
        if (span.first == nullptr) return false;
        arena.add_chunk(*span.first, index, home, gaps);
        return true;
    }

    static void* with(Contents contents, void* block, usize size, bool zeroed) {
        const bool clear = contents == Contents::Zero && block != nullptr && !zeroed;
        return clear ? std::memset(block, 0, size) : block;
    }

    // Granules. Where the system's pages are larger, ours cannot be given back one by one.
    static usize purge(MediumArena<Port>& arena) {
        if (Port::page_size() > kGranule) return 0;
        usize granules = 0;
        const Guard guard(arena.lock());
        arena.for_each_chunk([&](Chunk chunk, Cell& first) {
            char* base = Mem::windows().address_of(first);
            granules += chunk.take_idle([base](usize at, usize count) {
                Port::discard(base + at * kGranule, count * kGranule);
            });
        });
        arena.note_purged(granules, Port::now_ms());
        Mem::spans.note_untouched(granules * kGranule);
        return granules;
    }

    inline static constinit MediumArena<Port> arenas[kArenas];
    inline static constinit std::atomic<usize> grown_granules{0};
};

}  // namespace ashlar::heap
