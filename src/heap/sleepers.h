// Sleepers: memory that others freed goes back while its owners sleep.
//
// What others free of a thread's active slabs waits for the thread to come for it. As long
// as the thread works, that is its memory; when it sleeps, nobody wants it, and as it
// counts as live, nothing else seems to have collapsed either. Nobody is told who sleeps.
// So each time that half of what was in use has come back from others than its owner,
// whoever frees takes a look:
//
//   asleep      has asked the slab engine for nothing since the last look, so it has not
//               collected either (Shard::refills)
//   collapsed   live memory without what waits for those who are asleep is a fraction of
//               its recent peak (pages/purge_policy.h)
//
// Then the slabs of those who are asleep are hollowed (slab/holes.h), and what else is
// dirty goes by the rules. Who wakes within a second and wants it again makes that a
// regret like any other.
#pragma once

#include "heap/shard.h"

namespace ashlar::heap {

template <class Port>
class Sleepers {
  public:
    using ShardType = Shard<Port>;
    using Mem = Memory<Port>;
    using Engine = typename Mem::Engine;

    // So much came back from others than its owner.
    static void note_fallen(usize bytes) {
        const usize all = fallen.fetch_add(bytes, std::memory_order_relaxed) + bytes;
        if (all >= look_after.load(std::memory_order_relaxed)) [[unlikely]]
            look();
    }

    // So much of what was given back is wanted again.
    [[gnu::cold]] static void note_wanted(usize bytes) {
        Mem::spans.note_touched(bytes);
        Mem::spans.note_regret(bytes, hollowed.load(std::memory_order_relaxed));
    }

    // Gives back what waits for anybody. Returns the bytes.
    [[gnu::cold]] static usize purge() {
        const Guard guard(lock);
        return hollow([](ShardType&) { return true; });
    }

    // Whoever has it has no other lock of the heap but a private heap's own.
    inline static constinit Lock<Port> lock;

  private:
    // A look takes 2 ns for a descriptor and some 30 for a slab, whose owner's lock it takes. To
    // free so much takes ten times that, be the blocks large.
    static constexpr usize kBytesForCell = 256;
    static constexpr usize kBytesForSlab = 4 * kKiB;
    // Where nobody is found asleep, looks become that much rarer in the end.
    static constexpr u32 kMostPatience = 8;

    [[gnu::cold]] [[gnu::noinline]] static void look() {
        if (!lock.try_lock()) return;
        fallen.store(0, std::memory_order_relaxed);
        looks++;
        usize used = 0;
        usize idle = 0;
        usize slabs = 0;
        const usize cells = for_each_slab([&](slab::Slab& slab, ShardType& owner) {
            slabs++;
            const auto holding = Engine::holding(slab);
            used += holding.used;
            if (is_asleep(owner)) idle += holding.waiting;
        });
        patience = idle != 0 ? 1 : (patience < kMostPatience ? 2 * patience : kMostPatience);
        const usize pays = (cells * kBytesForCell + slabs * kBytesForSlab) * patience;
        look_after.store(used / 2 > pays ? used / 2 : pays, std::memory_order_relaxed);
        const bool goes = idle != 0 && Mem::spans.has_collapsed(idle);
        if (goes) hollow(is_asleep);
        lock.unlock();
        if (goes) Mem::spans.settle();
    }

    // Asked at each look for every owner of a slab, and then again as often as one likes.
    static bool is_asleep(ShardType& shard) {
        Nap& nap = shard.nap;
        if (nap.look != looks) {
            const u32 refills = shard.refills.get();
            nap.asleep = nap.look == looks - 1 && nap.refills == refills;
            nap.refills = refills;
            nap.look = looks;
        }
        return nap.asleep;
    }

    template <class Select>
    static usize hollow(Select select) {
        if (Port::page_size() > Mem::SlabPolicy::kPartBytes) return 0;
        hollowed.store(Port::now_ms(), std::memory_order_relaxed);
        usize bytes = 0;
        for_each_slab([&](slab::Slab& slab, ShardType& owner) {
            if (!select(owner)) return;
            if (Engine::holding(slab).waiting < Mem::SlabPolicy::kPartBytes) return;
            bytes += Engine::hollow(slab);
        });
        return bytes;
    }

    // Calls visit(slab, owner) for all that are slabs or just were; what is to be believed of
    // one is told under its owner's lock. Returns how many descriptors were looked at.
    template <class Visit>
    static usize for_each_slab(Visit visit) {
        usize cells = 0;
        for (usize w = 0; w < Mem::windows().count(); w++) {
            auto& window = Mem::windows()[w];
            const usize limit = window.limit.load(std::memory_order_acquire);
            for (usize i = 0; i < limit; i++) {
                auto& slab = window.cells[i].template as<slab::Slab>();
                // Owners are never unmapped.
                auto* owner =
                    static_cast<ShardType*>(slab.head.owner.load(std::memory_order_acquire));
                if (owner != nullptr) visit(slab, *owner);
            }
            cells += limit;
        }
        return cells;
    }

    inline static constinit std::atomic<usize> fallen{0};  // since the last look
    inline static constinit std::atomic<usize> look_after{0};
    inline static constinit std::atomic<u32> hollowed{0};  // when
    inline static constinit u32 looks = 0;
    inline static constinit u32 patience = 1;
};

}  // namespace ashlar::heap
