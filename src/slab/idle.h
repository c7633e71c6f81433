// Idleness: what of an owner's slabs may go although the owner goes on.
//
// A bin keeps its active slab, be nothing of it alive: the next object is wanted soon.
// Not so when the owner has come to the end of something. Then somebody looks, and the
// slab tells by itself what there is to see, for what every free does anyway is to count
// down. Three questions, each of the front end's own time:
//
//   ebb        has much of an active slab come back since its refill? The countdown is
//              set at the refill, so that steady use, which comes to the next refill
//              sooner, is never told
//   shrink     the owner has given back most of what it had: an active slab that is its
//              bin's last goes, now or with its last object (the countdown again)
//   take_idle  has nothing come or gone between two looks, and nothing is live? The look
//              before is in the slab, in a word of which nobody need know more than
//              whether it is the same
//
// "Nothing is live" is always the same equation. The chain is the owner's own, so only
// the owner asks:
//
//              used - remote.count = length of the chain
#pragma once

#include "slab/holes.h"

namespace ashlar::slab {

template <class Policy>
class Idle : public Holes<Policy> {
    using Base = Holes<Policy>;

  public:
    using typename Base::OwnerType;

    // The owner has given back most of what it had. Returns the empty slabs,
    // linked by `link.next`: of an active one that is the bin's last also later,
    // when the last of its objects comes back. Owner only.
    [[nodiscard]] static Slab* shrink(OwnerType& owner, Bin& bin) {
        if (bin.slabs.get() == 0) return nullptr;
        const Guard guard(owner.lock);
        Slab* emptied = take_empty(owner, bin);
        if (!bin.partial.empty() || !bin.full.empty()) return emptied;
        Slab* idle = watch_idle(bin);
        if (idle == nullptr) return emptied;
        idle->link.next = emptied;
        return idle;
    }

    // The bin's only slab, if nothing of it is live and nothing came or went since the last
    // call; null otherwise. Owner only.
    [[nodiscard]] static Slab* take_idle(OwnerType& owner, Bin& bin) {
        Slab* slab = bin.active;
        if (slab == nullptr || bin.slabs.get() != 1) return nullptr;
        const u64 now = what_is_free(bin);
        if (slab->seen != now) {
            if (slab->seen != (now | kInUse)) slab->seen = now;
            return nullptr;
        }
        const Guard guard(owner.lock);
        if (live_of_active(bin) == 0) return drop_active(bin);
        // It need not be asked again before something comes or goes.
        slab->seen |= kInUse;
        return nullptr;
    }

    // Whether the countdown of the slab tells an ebb: anything else is for `on_countdown`.
    // Owner only; an active slab stays its own.
    static bool tells_ebb(OwnerType& owner, const Slab& slab) {
        return slab.head.owner.get() == &owner && slab.state() == State::Active &&
               (slab.head.flags & Slab::kWatched) == 0;
    }

    // An ebb: that much of the active slab has come back, bytes. Owner only.
    static usize ebb(Slab& slab) {
        const u32 used = slab.used();
        set_no_event(slab, used);
        return (slab.carved - used) * usize{slab.bin.get()->object_size};
    }

    // Bytes that are carved of the active slab, and not known to be free.
    static usize carved_bytes(const Bin& bin) {
        return usize{bin.active->carved} * bin.object_size;
    }
    static usize used_bytes(const Bin& bin) {
        const Slab& slab = *bin.active;
        return (slab.used() - slab.remote_now().count()) * usize{bin.object_size};
    }

    // An ebb is told when half of what is in use has come back. Owner only.
    static void expect_half(Bin& bin) {
        Slab* slab = bin.active;
        if (slab == nullptr || bin.slabs.get() > 1 || slab->used() < 2) return;
        if ((slab->head.flags & Slab::kWatched) != 0) return;
        slab->set_used(slab->used(), slab->used() / 2);
    }

  protected:
    using Base::drop;
    using Base::link_of;
    using Base::set_no_event;
    using Base::take_empty;

    // All that is carved but for `live` objects is the chain now. An ebb is told when
    // most of the live ones have come back before the next refill, or as many as most
    // of the chain if that is longer. Steady use of a size goes through a chain sooner;
    // of sizes that have more slabs the others tell.
    static void hand_out(const Bin& bin, Slab& slab, u32 live) {
        const u32 carved = slab.carved;
        if constexpr (Policy::kTide) {
            slab.head.flags &= static_cast<u8>(~Slab::kWatched);
            const u32 chained = carved - live;
            const u32 most = live > chained ? live : chained;
            if (bin.slabs.get() < 2 && (live >= 2 * chained || most >= kManyFrees)) {
                return slab.set_used(carved, most - most / 4);
            }
        }
        set_no_event(slab, carved);
    }

    // The bin shrinks and only its active slab is left. If all that was handed
    // out came back, but for what the front end still has as its chain, the
    // slab is taken; otherwise the countdown is set to when that may be so.
    static Slab* watch_idle(Bin& bin) {
        Slab* slab = bin.active;
        if (slab == nullptr) return nullptr;
        const u32 used = slab->used();
        if (usize{slab->carved} * bin.object_size < Policy::kIdleBytes) {
            set_no_event(*slab, used);
            return nullptr;
        }
        const u32 live = live_of_active(bin);
        if (live == 0) return drop_active(bin);
        slab->head.flags |= Slab::kWatched;
        slab->set_used(used, live);
        return nullptr;
    }

  private:
    // What pays for a look at the countdown.
    static constexpr u32 kManyFrees = 64;
    // In the word of `what_is_free`: something is live.
    static constexpr u64 kInUse = 1;

    // The state of the bin's active slab in a word. Whatever is taken or freed changes the
    // chain or the local list; both may come to be the same again, but by a refill between.
    static u64 what_is_free(const Bin& bin) {
        const u64 lists = address(*bin.chain) + (u64{address(bin.active->local)} << 24);
        return (lists ^ u64{bin.swaps} << 56 ^ u64{bin.active->used()} << 40) & ~kInUse;
    }

    // Under the lock, or what others freed may be on its way to holes.
    static u32 live_of_active(const Bin& bin) {
        u32 chained = 0;
        for (void* o = *bin.chain; o != nullptr; o = link_of(bin, o)) chained++;
        return bin.active->used() - bin.active->remote_now().count() - chained;
    }

    static Slab* drop_active(Bin& bin) {
        Slab& slab = *bin.active;
        *bin.chain = nullptr;
        bin.active = nullptr;
        slab.link = {};  // `seen` stood there
        return drop(slab);
    }
};

}  // namespace ashlar::slab
