// What an address of the heap is: which block it is in, where that starts, and
// whether it is live.
//
// Descriptors tell the block; whether a small object is live is in nobody's
// books, so the free lists of its slab are walked:
//
//   remote list -> local list -> chain of the front end -> handed out
//
// in the order in which objects move along them, so that none slips past.
// Under the slab's locks nothing moves in slabs of private heaps, of the
// caller's own shard and of shards without a thread, and the answer is exact.
// The thread that owns a slab moves its objects without a lock; then each step
// is checked, and a walk that lost its way says Unsure. A block that nobody
// allocates or frees meanwhile is always told right, or Unsure.
//
// For people who look at a program; takes locks and time that no path of
// allocation would.
#pragma once

#include "heap/heap.h"

namespace ashlar::heap {

enum class Where : u8 {
    Nowhere,  // not of this heap
    Small,
    Medium,
    Large,
    Unused,  // free address space, whole runs or between blocks
    Own,     // structures of the heap itself
};
enum class Liveness : u8 { Live, Free, Unsure };

template <class Port>
struct Place {
    Where where = Where::Nowhere;
    Liveness liveness = Liveness::Free;
    const char* start = nullptr;  // of the block or the unused range
    usize length = 0;
    PrivateHeap<Port>* heap = nullptr;
};

template <class Port>
class Locator {
  public:
    using Mem = Memory<Port>;
    using Pool = Shards<Port>;
    using Engine = typename Mem::Engine;
    using Medium = MediumBlocks<Port>;
    using Private = PrivateHeap<Port>;
    using PlaceType = Place<Port>;

    static PlaceType find(const void* p) {
        Cell* cell = Mem::windows().find(p);
        if (cell == nullptr) return in_arrays(p);
        // A unit may change its use while it is looked at, but not for long.
        constexpr int kTries = 4;
        PlaceType place;
        for (int i = 0; i < kTries; i++) {
            switch (cell->kind()) {
                case Kind::Slab:
                    if (in_slab(*cell, p, place)) return place;
                    break;
                case Kind::Medium:
                    if (in_chunk(*cell, p, place)) return place;
                    break;
                default:
                    return in_run(*cell);
            }
        }
        return {Where::Unused, Liveness::Unsure, start_of(*cell), kUnit, nullptr};
    }

  private:
    using ShardType = Shard<Port>;

    static const char* start_of(const Cell& cell) { return Mem::windows().address_of(cell); }

    static PlaceType in_arrays(const void* p) {
        PlaceType place;
        Mem::spans.for_each_window([&](auto& window, usize) {
            const auto covers = [&](const void* area, usize bytes) {
                if (address(p) - address(area) >= bytes) return;
                place = {Where::Own, Liveness::Live, static_cast<const char*>(area), bytes,
                         nullptr};
            };
            covers(window.cells, window.cells_claimed);
            covers(window.side, window.side_claimed);
        });
        return place;
    }

    // --- small objects ---

    // False: the unit is no slab any more.
    static bool in_slab(Cell& cell, const void* p, PlaceType& place) {
        auto* owner = static_cast<ShardType*>(cell.head.owner.load(std::memory_order_acquire));
        if (owner == nullptr) return false;
        const auto look = [&] {
            const Guard guard(owner->lock);
            // Descriptors are never unmapped: a stale owner is seen here.
            if (cell.head.owner.load(std::memory_order_relaxed) != owner) return false;
            place = in_slab_of(*owner, cell.as<slab::Slab>(), p);
            return true;
        };
        Private* heap = Private::of(cell);
        if (heap == nullptr) return look();
        bool found = false;
        heap->with_shard([&](const ShardType&) { found = look(); });
        place.heap = heap;
        return found;
    }

    static PlaceType in_slab_of(ShardType& owner, slab::Slab& slab, const void* p) {
        const char* base = start_of(Cell::of(slab));
        const usize size = slab.bin.get()->object_size;
        const usize index = (address(p) - address(base)) / size;
        const char* object = base + index * size;
        if (index >= slab.capacity.get()) {
            const usize end = size * slab.capacity.get();
            return {Where::Unused, Liveness::Free, base + end, kUnit - end, nullptr};
        }
        PlaceType place{Where::Small, Liveness::Live, object, size, nullptr};
        if (index >= slab.carved || Engine::in_hole(slab, object)) {
            place.liveness = Liveness::Free;
            return place;
        }
        const bool moves = owner.life == Life::Attached && &owner != Pool::current;
        Walk walk(slab, object);
        walk.along(slab.remote_now().head(), slab.capacity.get());
        walk.along(load(&slab.local), slab.capacity.get());
        if (slab.state() == slab::State::Active)
            walk.along(load(slab.bin.get()->chain), slab.capacity.get());
        if (walk.found) {
            place.liveness = Liveness::Free;
        } else if (walk.lost && moves) {
            place.liveness = Liveness::Unsure;
        }
        return place;
    }

    static void* load(void* const* link) { return __atomic_load_n(link, __ATOMIC_RELAXED); }

    // Looks for an object on free lists that may change meanwhile.
    struct Walk {
        Walk(slab::Slab& s, const char* o) : slab(s), object(o) {}

        void along(void* o, usize most) {
            for (; o != nullptr && most > 0; most--) {
                if (!Engine::holds(slab, o)) {
                    lost = true;
                    return;
                }
                found |= o == object;
                o = load(&Engine::link_of(*slab.bin.get(), o));
            }
            lost |= o != nullptr;
        }

        slab::Slab& slab;
        const char* object;
        bool found = false;
        bool lost = false;
    };

    // --- medium blocks ---

    static bool in_chunk(Cell& cell, const void* p, PlaceType& place) {
        // The chunk may go while we look: nothing of it is believed before the lock is held.
        const auto& window = Mem::windows().window_of(cell);
        if (cell.head.state > &cell - window.cells) return false;
        Cell& first = Chunk::first_of(cell);
        if (first.kind() != Kind::Medium) return false;
        place.heap = Private::of(cell);
        const Guard guard(Medium::arena_of(first).lock());
        if (cell.kind() != Kind::Medium || first.kind() != Kind::Medium) return false;
        if (&Chunk::first_of(cell) != &first) return false;
        const u16* lengths = reinterpret_cast<const u16*>(Mem::windows().side_of(first));
        const char* chunk = Mem::windows().address_of(first);
        const usize granule = (address(p) - address(chunk)) >> kGranuleShift;
        // The nearest start at or before the granule.
        usize start = granule;
        while (start > 0 && lengths[start] == 0) start--;
        const usize count = lengths[start] % kCachedFlag;
        if (count != 0 && start + count > granule) {
            place.where = Where::Medium;
            place.liveness = lengths[start] != count ? Liveness::Free : Liveness::Live;
            place.start = chunk + start * kGranule;
            place.length = count * kGranule;
            return true;
        }
        const usize from = count == 0 ? 0 : start + count;
        usize to = granule;
        while (to < kChunkGranules && lengths[to] == 0) to++;
        place.where = Where::Unused;
        place.liveness = Liveness::Free;
        place.start = chunk + from * kGranule;
        place.length = (to - from) * kGranule;
        return true;
    }

    // --- whole runs ---

    // The cell is the head of a run or inside of one.
    static PlaceType in_run(Cell& cell) {
        const Guard guard(Mem::spans.lock());
        auto& window = Mem::windows().window_of(cell);
        const usize index = static_cast<usize>(&cell - window.cells);
        for (usize i = index + 1; i-- > 0;) {
            Cell& head = window.cells[i];
            const Kind kind = head.kind();
            if (kind == Kind::None || kind == Kind::FreeTail) continue;
            const bool is_large = kind == Kind::Large;
            const usize units = is_large ? head.as<LargeRun>().units
                                : kind == Kind::Slab || kind == Kind::Medium
                                    ? 1
                                    : head.as<pages::FreeRun>().length;
            if (i + units <= index) break;
            if (!is_large) {
                return {Where::Unused, Liveness::Free, start_of(head), units * kUnit, nullptr};
            }
            return {Where::Large, Liveness::Live, start_of(head), head.as<LargeRun>().bytes,
                    Private::of(head)};
        }
        // In use, but nobody's block.
        return {Where::Own, Liveness::Live, start_of(cell), kUnit, nullptr};
    }
};

}  // namespace ashlar::heap
