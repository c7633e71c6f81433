// A census: what every unit of the heap is used for right now.
//
// Nothing is counted while the program allocates; the books of the slabs and
// chunks are read instead. The figures of threads that are running meanwhile
// are as exact as a look from outside can be: objects that a thread has taken
// from a slab but not handed out yet count as live, except the caller's own.
// Those of private heaps are exact: nothing moves in them under their locks.
#pragma once

#include "heap/heap.h"

namespace ashlar::heap {

struct KindCensus {
    usize bytes = 0;   // in live blocks, as their users may use them
    usize blocks = 0;  // live
    usize units = 0;   // address space
};

struct Census {
    KindCensus small;
    KindCensus medium;
    KindCensus large;
    usize class_blocks[classes::kCount] = {};  // live, by size class
    usize class_slabs[classes::kCount] = {};
    usize cached_bytes = 0;  // medium blocks in the caller's cache
    usize shards = 0;        // ever needed at once
    usize idle_shards = 0;
    usize private_heaps = 0;
    pages::SpanCounts spans{};

    usize live_bytes() const { return small.bytes + medium.bytes + large.bytes; }
    usize live_blocks() const { return small.blocks + medium.blocks + large.blocks; }
};

template <class Port>
class CensusTaker {
  public:
    using Mem = Memory<Port>;
    using Pool = Shards<Port>;
    using Private = PrivateHeap<Port>;

    [[gnu::cold]] static Census take() {
        Census census;
        census.spans = Mem::spans.counts();
        Mem::spans.for_each_window([&](auto& window, usize limit) {
            for (usize i = 0; i < limit;) i += count_cell(window.cells[i], census);
        });
        if (Pool::current != &Pool::none) {
            leave_out_chains(*Pool::current, census);
            census.cached_bytes = Pool::current->cached_granules * kGranule;
        }
        Private::for_each([&](Private& heap) {
            heap.with_shard([&](const Shard<Port>& shard) { leave_out_chains(shard, census); });
            census.private_heaps++;
        });
        Pool::for_each([&](const Shard<Port>& shard) {
            if (shard.life == Life::Private) return;
            census.shards++;
            if (shard.life != Life::Attached) census.idle_shards++;
        });
        return census;
    }

    // Of one private heap; address space and shards are not its own.
    static Census take(Private& heap) {
        Census census;
        const auto on_cell = [&](Cell& cell) { count_cell(cell, census); };
        heap.for_each_cell(on_cell);
        heap.with_shard([&](const Shard<Port>& shard) { leave_out_chains(shard, census); });
        return census;
    }

  private:
    // Returns how many units the cell speaks for.
    static usize count_cell(Cell& cell, Census& census) {
        switch (cell.kind()) {
            case Kind::FreeClean:
            case Kind::FreeHuge:
            case Kind::FreeDirty:
            case Kind::FreeLoose:
            case Kind::Purging:
                return cell.as<pages::FreeRun>().length;
            case Kind::Large: {
                const LargeRun& run = cell.as<LargeRun>();
                census.large.bytes += run.bytes;
                census.large.blocks++;
                census.large.units += run.units;
                return run.units;
            }
            case Kind::Medium:
                count_medium(cell, census);
                return 1;
            case Kind::Slab:
                count_slab(cell.as<slab::Slab>(), census);
                return 1;
            case Kind::None:
            case Kind::FreeTail:
                return 1;
        }
        return 1;
    }

    static void count_medium(Cell& cell, Census& census) {
        census.medium.units++;
        const auto* lengths = reinterpret_cast<const u16*>(Mem::windows().side_of(cell));
        for (usize g = 0; g < kGranulesPerUnit; g++) {
            if (lengths[g] == 0 || (lengths[g] & kCachedFlag) != 0) continue;
            census.medium.blocks++;
            census.medium.bytes += usize{lengths[g]} * kGranule;
        }
    }

    static void count_slab(slab::Slab& slab, Census& census) {
        const usize size = slab.bin.get()->object_size;
        const usize used = slab.used();
        const usize remote = slab.remote_now().count();
        const usize live = used > remote ? used - remote : 0;
        const auto index = classes::class_of(size);
        census.small.units++;
        census.class_slabs[index]++;
        census.class_blocks[index] += live;
        census.small.blocks += live;
        census.small.bytes += live * size;
    }

    static void leave_out_chains(const Shard<Port>& shard, Census& census) {
        for (usize i = 0; i < classes::kCount; i++) {
            usize chained = 0;
            for (void* o = shard.chains[i]; o != nullptr; o = *static_cast<void**>(o)) chained++;
            chained = chained < census.class_blocks[i] ? chained : census.class_blocks[i];
            census.class_blocks[i] -= chained;
            census.small.blocks -= chained;
            census.small.bytes -= chained * classes::kSizes[i];
        }
    }
};

}  // namespace ashlar::heap
