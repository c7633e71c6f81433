// Chains: what a front end pops from, and how long it is.
//
// What the owner freed itself since the last refill is the next chain; what others freed
// follows when there is none of it, and then objects that were never used, linked in the
// order of their addresses as far as the page reaches that they lie in anyway.
//
// A longer chain is passed through less often. But it is memory, and room in the
// processor's caches, so it grows only where that pays: see `kSwapsToLook`.
#pragma once

#include "core/bits.h"
#include "slab/idle.h"

namespace ashlar::slab {

template <class Policy>
class Chains : public Idle<Policy> {
    using Base = Idle<Policy>;

  public:
    // The commonest refill, for the owner alone: objects that it has freed
    // itself since the last one. Returns the first of them, the others become
    // the chain, which must be empty; null: `refill` has to see to it.
    static void* swap(Bin& bin) {
        Slab* slab = bin.active;
        if (slab == nullptr) return nullptr;
        void* object = slab->local;
        if (object == nullptr || bin.swaps == kSwapsToLook) return nullptr;
        bin.swaps++;
        slab->local = nullptr;
        *bin.chain = link_of(bin, object);
        bin.fresh = false;
        set_no_event(*slab, slab->carved);
        return object;
    }

  protected:
    using Base::collect_remote;
    using Base::hand_out;
    using Base::link_of;
    using Base::set_no_event;

    // Fills the chain from the active slab. False: it is exhausted.
    static bool supply(Bin& bin, Slab& slab) {
        if (slab.local == nullptr) collect_remote(slab);
        void* local = slab.local;
        if (local != nullptr && serves(bin, slab)) {
            const u32 live = slab.used();
            slab.local = nullptr;
            *bin.chain = local;
            bin.fresh = false;
            hand_out(bin, slab, live);
            return true;
        }
        if (slab.carved == slab.capacity.get()) return false;
        slab.local = nullptr;
        carve(bin, slab, local);
        return true;
    }

    // Links the next uncarved objects in address order, and `rest` behind them.
    static void carve(Bin& bin, Slab& slab, void* rest) {
        const usize size = bin.object_size;
        char* first = Policy::objects(slab) + usize{slab.carved} * size;
        const bool zeroed = (slab.head.flags & Slab::kZeroed) != 0;
        const usize room = Policy::carve_bytes(bin, zeroed);
        // Up to the end of the page that the carving reaches into anyway.
        const usize end = align_up(address(first) + 1, room) - address(first);
        usize count = static_cast<u32>(end) / bin.object_size;
        const usize left = usize{slab.capacity.get()} - slab.carved;
        count = count < 1 ? 1 : (count > left ? left : count);
        char* object = first;
        for (usize i = 1; i < count; i++, object += size) link_of(bin, object) = object + size;
        link_of(bin, object) = rest;
        *bin.chain = first;
        bin.fresh = rest == nullptr && zeroed;
        bin.swaps = 0;
        if (zeroed) {
            const usize from = usize{slab.carved} * size;
            Policy::note_carved(from, from + count * size);
        }
        const u32 live = slab.used();
        slab.carved = static_cast<u16>(slab.carved + count);
        hand_out(bin, slab, live);
    }

  private:
    // A program that takes and returns few objects of a size all the time goes
    // through a short chain again and again. So once in so many times it is
    // looked at, and if it is short, the slab is carved further. What would make
    // it longer than this costs memory, and the processor's caches, for nothing;
    // so does a longer chain of a size that is seldom wanted.
    static constexpr u8 kSwapsToLook = 32;
    static constexpr u32 kLong = 12;
    static constexpr u32 kShortest = 4;
    static constexpr u32 kLongBytes = 20 * kKiB;
    // Looks further apart are of a size that is seldom wanted: what a longer chain
    // would save, some 0.3 us of 32 passes, is too little of the time between them.
    static constexpr u32 kSoonMs = 2;

    // Whether the local list, which is not empty, will do as the next chain.
    static bool serves(Bin& bin, Slab& slab) {
        if (bin.swaps < kSwapsToLook) {
            bin.swaps++;
            return true;
        }
        bin.swaps = 0;
        const u32 length = slab.carved - slab.used();
        return length >= kLong || (length >= kShortest && length * bin.object_size >= kLongBytes) ||
               slab.carved == slab.capacity.get() || !looked_just_now(slab);
    }

    static bool looked_just_now(Slab& slab) {
        if constexpr (requires { Policy::now_ms(); }) {
            const auto now = static_cast<u16>(Policy::now_ms());
            const auto since = static_cast<u16>(now - slab.head.extra);
            slab.head.extra = now;
            return since <= kSoonMs;
        } else {
            return true;
        }
    }
};

}  // namespace ashlar::slab
