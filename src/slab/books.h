// The books of slabs, as the rooms of the engine share them: links, counts and lists.
//
//   books.h    the owner's books and lists; when a slab is empty
//   holes.h    what others freed: how it comes back, and how its memory goes
//   idle.h     what of an owner lies idle, and how its front end hears of it
//   chains.h   how a front end's chain is filled, and how long it is
//   engine.h   what happens to slabs
//
// Each room stands on the one before. All state is in the slabs, bins and owners.
#pragma once

#include "core/lock.h"
#include "slab/slab.h"

namespace ashlar::slab {

template <class Policy>
class Books {
  public:
    using OwnerType = Owner<typename Policy::LockType>;

    static OwnerType& owner_of(Slab& slab) {
        return *static_cast<OwnerType*>(slab.head.owner.get());
    }

    // The link of a free object, where the policy keeps it.
    static void*& link_of(const Bin& bin, void* object) { return *Policy::link(bin, object); }

  protected:
    // --- owner only ---

    static void set_no_event(Slab& slab, u32 used) { slab.set_used(used, used + 1); }

    // --- under the owner's lock ---

    // Sets the countdown of a partial slab to when to look at it again; the
    // owner does, or somebody in its place when it is gone. Remote frees do not
    // count down, so waiting for all that is live could let the last local free
    // pass unnoticed; it is right for an owner of whom nobody else ever freed
    // anything. Else half of it is waited for at a time, a quarter once others
    // free too: then they must free three times as much as the owner meanwhile
    // to be missed, and what is missed stays for the next refill or `reap`.
    static void rearm(OwnerType& owner, Slab& slab) {
        const u32 used = slab.used();
        const u32 pending = slab.remote_now().count();
        const u32 live = used - pending;
        if (pending != 0) return slab.set_used(used, (live + 3) / 4);
        slab.set_used(used, is_alone(owner) ? live : (live + 1) / 2);
    }
    static bool is_alone(OwnerType& owner) {
        if constexpr (kKnowsOthers) return Policy::others(owner).get() == Others::None;
        return false;
    }
    static constexpr bool kKnowsOthers = requires(OwnerType & owner) { Policy::others(owner); };

    static void link_partial(OwnerType& owner, Slab& slab) {
        slab.set_state(State::Partial);
        slab.bin.get()->partial.push_back(slab);
        count_partial(owner, 1);
    }

    static void unlink_partial(OwnerType& owner, Slab& slab) {
        slab.bin.get()->partial.remove(slab);
        count_partial(owner, ~u32{0});
    }

    // Modulo 2^32.
    static void count_partial(OwnerType& owner, u32 more) {
        const u32 now = owner.partial_slabs.load(std::memory_order_relaxed);
        owner.partial_slabs.store(now + more, std::memory_order_relaxed);
    }

    static void full_to_partial(OwnerType& owner, Slab& slab) {
        slab.bin.get()->full.remove(slab);
        link_partial(owner, slab);
    }

    static void forget(Bin& bin) { bin.slabs.fetch_sub(1, std::memory_order_relaxed); }

    static Slab* take_empty(OwnerType& owner, Bin& bin) {
        Slab* emptied = nullptr;
        for (Slab* slab = bin.partial.front(); slab != nullptr;) {
            Slab* next = SlabList::next(*slab);
            if (take_if_empty(owner, *slab) != nullptr) {
                slab->link.next = emptied;
                emptied = slab;
            }
            slab = next;
        }
        return emptied;
    }

    // A slab that is Partial, if nothing of it is live any more.
    static Slab* take_if_empty(OwnerType& owner, Slab& slab) {
        if (slab.remote_settled().count() != slab.used()) return nullptr;
        unlink_partial(owner, slab);
        return drop(slab);
    }

    static Slab* drop(Slab& slab) {
        forget(*slab.bin.get());
        slab.head.owner.store(nullptr, std::memory_order_release);
        return &slab;
    }
};

}  // namespace ashlar::slab
