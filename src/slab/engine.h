// The slab engine: moves objects between slabs and front ends.
//
//   front end                         engine
//   ---------                         ------
//   pop from chain                    (inline in the front end)
//     `- chain empty -> swap          local list, without more ado
//     `- otherwise -> refill          local list, remote list, carve, next
//           |                         partial slab
//           `- NeedSpan -> fetch pages (may sleep, reclaim, fail), then donate
//   free, slab is mine -> push_local  (inline, slab.h)
//     `- countdown hit -> on_countdown
//   free, not mine -> free_remote
//   owner sleeps    -> hollow gives back the memory of what others freed
//   owner goes away -> abandon; others may take over what it left: adopt
//
// Its rooms: books.h, holes.h, idle.h (what may go although the owner stays) and chains.h.
//
// Whoever receives a Slab* from these functions holds an empty slab that is on
// no list and gives its pages back to where they came from. The engine never
// fetches or frees pages, so it never sleeps and has no callbacks; but `hollow` has the
// memory of parts given back.
//
// Who notices that a slab of an absent or idle owner is empty? The remote
// freer whose push makes remote.count equal `used`: it takes the owner's lock
// and, if the slab is not Active, takes the slab. `used` only falls without the
// lock (local frees), so the freer may see too much of it, never too little: a
// slab is never taken early, and what is missed while the owner is alive is
// found by the owner (see `rearm`) or by `reap`. Whoever changes a state or the
// books looks again afterwards by an exchange with the remote word: a push that
// this does not see comes later and sees the change, so they cannot miss each
// other.
#pragma once

#include "slab/chains.h"

namespace ashlar::slab {

enum class Refill : u8 { Done, NeedSpan };

// Policy:
//   using LockType                                 guards an owner
//   static char* objects(Slab&)                    where the slab's pages start
//   static usize carve_bytes(const Bin&, bool zeroed)
//                                                  carve up to a multiple of this; zeroed:
//                                                  what is carved reads as zero
//   static constexpr usize kIdleBytes              an idle active slab is kept below it
//   static constexpr bool kTide                    the front end wants to be told when much of
//                                                  an active slab has come back: `ebb`
//   static void** link(const Bin&, void* object)   where a free object keeps its link
//   static void note_carved(usize from, usize to)  bytes of a slab that read as
//                                                  zero are about to be touched
//   static constexpr usize kPartBytes              optional: an eighth of a slab, whose memory
//                                                  may go back by itself (holes.h)
//   static void give_part(char* at, usize bytes)   gives the memory of some back
//   static void wants_parts(usize bytes)           so much of it is about to be touched again
//   static void note_remote(u32 count, u32 capacity)
//                                                  about so many more objects of a slab were
//                                                  freed by others
//   static Word<Others>& others(OwnerType&)        optional: the front end asks `meets_others`
//   static u32 now_ms()                            optional: sizes that are seldom refilled
//                                                  keep short chains
template <class Policy>
class Engine : public Chains<Policy> {
    using Base = Chains<Policy>;

  public:
    using Base::link_of;
    using Base::owner_of;
    using typename Base::OwnerType;

    // Puts a chain of free objects where the front end pops from. The chain
    // must be empty. Only the owner calls it.
    static Refill refill(OwnerType& owner, Bin& bin) {
        if (bin.active == nullptr && !find_active(owner, bin)) return Refill::NeedSpan;
        while (!supply(bin, *bin.active)) {
            const Guard guard(owner.lock);
            retire(bin);
            if (bin.active == nullptr && !pick(owner, bin)) return Refill::NeedSpan;
        }
        return Refill::Done;
    }

    // Makes a fresh run of pages the bin's active slab and carves it. The bin
    // has no active slab (refill said NeedSpan). `zeroed`: the pages read as zero.
    static void donate(OwnerType& owner, Bin& bin, Cell& cell, usize bytes, bool zeroed) {
        Slab& slab = cell.become<Slab>(Kind::Slab, [&](Slab& fresh) {
            fresh.bin.set(&bin);
            fresh.capacity.set(static_cast<u16>(bytes / bin.object_size));
            fresh.head.flags = zeroed ? Slab::kZeroed : 0;
            fresh.set_state(State::Active);
        });
        slab.head.owner.store(&owner, std::memory_order_release);
        bin.active = &slab;
        bin.slabs.fetch_add(1, std::memory_order_relaxed);
        carve(bin, slab, nullptr);
    }

    // A local free brought the countdown to zero. Returns the slabs that are
    // empty now, linked by `link.next`.
    [[nodiscard]] static Slab* on_countdown(OwnerType& owner, Slab& slab) {
        const Guard guard(owner.lock);
        // Between the decrement and the lock a remote freer may have found the
        // slab empty and given it back.
        if (slab.head.owner.get() != &owner) return nullptr;
        Bin& bin = *slab.bin.get();
        if (slab.state() == State::Active) return watch_idle(bin);
        if (slab.state() == State::Full) full_to_partial(owner, slab);
        rearm(owner, slab);
        Slab* empty = take_if_empty(owner, slab);
        if (empty != nullptr && bin.partial.empty() && bin.full.empty()) {
            empty->link.next = watch_idle(bin);
        }
        return empty;
    }

    // Frees a chain of `count` objects of one slab, linked first to last, by
    // anybody who is not the owner. Any context: never blocks on the owner's work.
    [[nodiscard]] static Slab* free_remote(Slab& slab, void* first, void* last, u32 count) {
        void*& link = link_of(*slab.bin.get(), last);
        u64 seen = slab.remote.load(std::memory_order_relaxed);
        Remote next{};
        do {
            link = Remote{seen}.head();
            next = Remote::make(first, Remote{seen}.count() + count);
        } while (!slab.remote.compare_exchange_weak(seen, next.word, std::memory_order_acq_rel,
                                                    std::memory_order_relaxed));
        // Reading the slab after the push is safe although it may be given
        // back by now: descriptors are never unmapped, and all is checked again.
        const u32 now = next.count();
        if (!is_doubled(now - count, now) && now != slab.used()) return nullptr;
        return settle_push(slab, now, count);
    }

    // The owner goes away: nothing stays active, so that remote freers and
    // other owners can deal with all that is left. The chain is taken back.
    // Returns the empty slabs, linked by `link.next`.
    [[nodiscard]] static Slab* abandon(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        if (bin.active != nullptr) {
            Slab& slab = *bin.active;
            take_back_chain(bin, slab);
            bin.active = nullptr;
            link_partial(owner, slab);
            rearm(owner, slab);
        }
        return take_empty(owner, bin);
    }

    // Whether others have begun to free objects of the owner. Then the countdowns of all its
    // partial slabs are too long, and the caller has `recount` look at every bin. Owner only.
    static bool meets_others(OwnerType& owner) {
        if (Policy::others(owner).get() != Others::New) [[likely]]
            return false;
        Policy::others(owner).set(Others::Known);
        return true;
    }
    // Returns the empty slabs, linked by `link.next`. Owner only.
    [[nodiscard, gnu::cold]] static Slab* recount(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        for (Slab* slab = bin.partial.front(); slab != nullptr; slab = SlabList::next(*slab)) {
            rearm(owner, *slab);
        }
        return take_empty(owner, bin);
    }

    // All empty slabs of a bin, linked by `link.next`; anybody may ask. They
    // are few: those whose last objects the owner and others freed at once.
    [[nodiscard]] static Slab* reap(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        return take_empty(owner, bin);
    }

    // Moves one partial slab from a bin of an owner that is gone to the same
    // bin of a living one, which has no active slab and makes it so. False:
    // there was none. The caller refills next.
    static bool adopt(OwnerType& from, Bin& from_bin, OwnerType& to, Bin& to_bin) {
        const Guard guard(from.lock);
        Slab* slab = from_bin.partial.front();
        if (slab == nullptr) return false;
        unlink_partial(from, *slab);
        forget(from_bin);
        slab->bin.set(&to_bin);
        make_active(*slab);
        to_bin.slabs.fetch_add(1, std::memory_order_relaxed);
        to_bin.active = slab;
        // From here on remote freers meet the new owner.
        slab->head.owner.store(&to, std::memory_order_release);
        return true;
    }

    // The owner's heap ends: all slabs of the bin, linked by `link.next`, with
    // whatever is live in them. Nobody may touch their objects any more.
    [[nodiscard]] static Slab* dissolve(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        Slab* slabs = nullptr;
        const auto collect = [&slabs](Slab& slab) {
            drop(slab)->link.next = slabs;
            slabs = &slab;
        };
        while (Slab* slab = bin.partial.front()) {
            unlink_partial(owner, *slab);
            collect(*slab);
        }
        while (Slab* slab = bin.full.pop_front()) collect(*slab);
        if (bin.active != nullptr) collect(*bin.active);
        bin.active = nullptr;
        *bin.chain = nullptr;
        return slabs;
    }

    // The objects of the chain go back to the active slab. Owner only.
    static void take_back_chain(Bin& bin, Slab& slab) {
        u32 returned = 0;
        while (void* object = *bin.chain) {
            *bin.chain = link_of(bin, object);
            link_of(bin, object) = slab.local;
            slab.local = object;
            returned++;
        }
        slab.set_used(slab.used() - returned, slab.used() - returned);
    }

    // All equations of slab.h for one bin; the caller excludes the owner's
    // activity. Walks every list. For tests.
    static bool check_invariants(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        bool good = true;
        const auto check = [&](Slab& slab, State state) {
            u32 local = 0;
            u32 remote = 0;
            for_each_free(slab, [&](void* object, bool is_remote) {
                (is_remote ? remote : local)++;
                good &= holds(slab, object);
            });
            const Remote pending = slab.remote_now();
            good &= slab.state() == state && slab.bin.get() == &bin && &owner_of(slab) == &owner;
            good &= slab.carved == slab.used() + local && slab.carved <= slab.capacity.get();
            good &= remote == pending.count() && remote <= slab.used();
        };
        if (bin.active != nullptr) check(*bin.active, State::Active);
        for (Slab* s = bin.partial.front(); s != nullptr; s = SlabList::next(*s)) {
            check(*s, State::Partial);
        }
        for (Slab* s = bin.full.front(); s != nullptr; s = SlabList::next(*s)) {
            check(*s, State::Full);
        }
        return good;
    }

    // Calls visit(object, is_remote) for each object on the slab's own lists.
    // The caller excludes the owner's activity.
    template <class Visit>
    static void for_each_free(Slab& slab, Visit visit) {
        const Bin& bin = *slab.bin.get();
        for (void* o = slab.local; o != nullptr; o = link_of(bin, o)) visit(o, false);
        const Remote pending = slab.remote_now();
        u32 left = pending.count();
        for (void* o = pending.head(); o != nullptr && left > 0; left--, o = link_of(bin, o)) {
            visit(o, true);
        }
        if constexpr (kHollows) {
            Base::for_each_in(bin, slab, slab.holes(), [&](void* o) { visit(o, true); });
        }
    }

    // Whether `p` is the start of a carved object of the slab.
    static bool holds(Slab& slab, const void* p) {
        const usize offset = address(p) - address(Policy::objects(slab));
        return offset % slab.bin.get()->object_size == 0 &&
               offset / slab.bin.get()->object_size < slab.carved;
    }

  private:
    using Base::carve;
    using Base::drop;
    using Base::forget;
    using Base::full_to_partial;
    using Base::is_alone;
    using Base::kHollows;
    using Base::kKnowsOthers;
    using Base::link_partial;
    using Base::rearm;
    using Base::set_no_event;
    using Base::supply;
    using Base::take_empty;
    using Base::take_if_empty;
    using Base::unlink_partial;
    using Base::watch_idle;

    // How many objects must have come back before a full slab is worth
    // visiting again: enough to pay for the visit, few enough that the memory
    // is not missed (at most a sixteenth of the slab).
    static constexpr u32 wake_threshold(u32 capacity) {
        const u32 share = capacity / 16;
        return share < 1 ? 1 : (share > 64 ? 64 : share);
    }

    // The same for what others freed, who look at powers of two.
    static constexpr u32 remote_threshold(u32 capacity) {
        return std::bit_floor(wake_threshold(capacity));
    }

    // --- under the owner's lock ---

    // The active slab is exhausted. It stays active if remote frees arrived meanwhile.
    static void retire(Bin& bin) {
        Slab& slab = *bin.active;
        slab.set_state(State::Full);
        slab.set_used(slab.carved, wake_threshold(slab.capacity.get()));
        if (slab.remote_settled().count() != 0) {
            return slab.set_state(State::Active);
        }
        bin.full.push_front(slab);
        bin.active = nullptr;
    }

    // Makes a partial slab the active one, if there is one.
    static bool pick(OwnerType& owner, Bin& bin) {
        Slab* slab = bin.partial.front();
        if (slab == nullptr) return false;
        unlink_partial(owner, *slab);
        make_active(*slab);
        bin.active = slab;
        return true;
    }

    // The same for who has not the lock.
    static bool find_active(OwnerType& owner, Bin& bin) {
        if (owner.partial_slabs.load(std::memory_order_relaxed) == 0) return false;
        const Guard guard(owner.lock);
        return pick(owner, bin);
    }

    static void make_active(Slab& slab) {
        slab.set_state(State::Active);
        set_no_event(slab, slab.used());
    }

    // Whether a number came to a power of two, or passed one.
    static constexpr bool is_doubled(u32 before, u32 now) { return (before ^ now) > before; }

    // `count` objects were pushed, and what waits has doubled or is all there is. A remote freer
    // finds here whether something is due.
    [[gnu::noinline]] static Slab* settle_push(Slab& slab, u32 now, u32 count) {
        if constexpr (kKnowsOthers) note_others(slab);
        const u32 capacity = slab.capacity.get();
        const u32 threshold = remote_threshold(capacity);
        const bool is_all = now == slab.used();
        if (now < threshold && !is_all) return nullptr;
        const u32 before = now - count;
        if constexpr (kHollows) {
            if (capacity != 0) Policy::note_remote(now - std::bit_floor(before), capacity);
        }
        return is_all || before < threshold ? settle(slab) : nullptr;
    }

    // The owner hears of it at its next refill or countdown.
    static void note_others(Slab& slab) {
        auto* owner = static_cast<OwnerType*>(slab.head.owner.load(std::memory_order_acquire));
        if (owner == nullptr || !is_alone(*owner)) return;
        Policy::others(*owner).set(Others::New);
    }

    static Slab* settle(Slab& slab) {
        for (;;) {
            auto* owner = static_cast<OwnerType*>(slab.head.owner.load(std::memory_order_acquire));
            if (owner == nullptr) return nullptr;
            const Guard guard(owner->lock);
            if (slab.head.owner.get() != owner) continue;
            const u32 pending = slab.remote_now().count();
            if (slab.state() == State::Active) return nullptr;
            if (slab.state() == State::Full) {
                if (pending < remote_threshold(slab.capacity.get()) && pending != slab.used()) {
                    return nullptr;
                }
                full_to_partial(*owner, slab);
            }
            return take_if_empty(*owner, slab);
        }
    }
};

}  // namespace ashlar::slab
