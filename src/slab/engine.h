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
//   owner goes away -> abandon; others may take over what it left: adopt
//
// Whoever receives a Slab* from these functions holds an empty slab that is on
// no list and gives its pages back to where they came from. The engine never
// fetches or frees pages, so it never sleeps and has no callbacks.
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

#include "core/bits.h"
#include "core/lock.h"
#include "slab/slab.h"

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
//   static u32 now_ms()                            optional: sizes that are seldom refilled
//                                                  keep short chains
template <class Policy>
class Engine {
  public:
    using OwnerType = Owner<typename Policy::LockType>;

    static OwnerType& owner_of(Slab& slab) {
        return *static_cast<OwnerType*>(slab.head.owner.get());
    }

    // Puts a chain of free objects where the front end pops from. The chain
    // must be empty. Only the owner calls it.
    static Refill refill(OwnerType& owner, Bin& bin) {
        if (bin.active != nullptr) {
            if (supply(bin, *bin.active)) return Refill::Done;
            const Guard guard(owner.lock);
            if (retire(bin)) return Refill::Done;
        }
        while (Slab* next = pick(owner, bin)) {
            bin.active = next;
            if (supply(bin, *next)) return Refill::Done;
            const Guard guard(owner.lock);
            if (retire(bin)) return Refill::Done;
        }
        return Refill::NeedSpan;
    }

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

    // Makes a fresh run of pages the bin's active slab and carves it. The bin
    // has no active slab (refill said NeedSpan). `zeroed`: the pages read as zero.
    static void donate(OwnerType& owner, Bin& bin, Cell& cell, usize bytes, bool zeroed) {
        Slab& slab = cell.become<Slab>(Kind::Slab, [&](Slab& fresh) {
            fresh.bin.set(&bin);
            fresh.capacity = static_cast<u16>(bytes / bin.object_size);
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
        rearm(slab);
        Slab* empty = take_if_empty(owner, slab);
        if (empty != nullptr && bin.partial.empty() && bin.full.empty()) {
            empty->link.next = watch_idle(bin);
        }
        return empty;
    }

    // Frees a chain of `count` objects of one slab, linked first to last, by
    // anybody who is not the owner. Any context: never blocks on the owner's work.
    [[nodiscard]] static Slab* free_remote(Slab& slab, void* first, void* last, u32 count) {
        const u32 threshold = wake_threshold(slab.capacity);
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
        const u32 before = Remote{seen}.count();
        const u32 now = next.count();
        const bool wakes = before < threshold && now >= threshold;
        if (!wakes && now != slab.used()) return nullptr;
        return settle(slab);
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
            rearm(slab);
        }
        return take_empty(owner, bin);
    }

    // All empty slabs of a bin, linked by `link.next`; anybody may ask. They
    // are few: those whose last objects the owner and others freed at once.
    [[nodiscard]] static Slab* reap(OwnerType& owner, Bin& bin) {
        const Guard guard(owner.lock);
        return take_empty(owner, bin);
    }

    // The owner has given back most of what it had. Returns the empty slabs,
    // linked by `link.next`: of an active one that is the bin's last also later,
    // when the last of its objects comes back. Owner only.
    [[nodiscard]] static Slab* shrink(OwnerType& owner, Bin& bin) {
        if (bin.slabs.get() == 0) return nullptr;
        if (bin.active != nullptr) collect_remote(*bin.active);
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
        if (slab->remote_now().count() != 0) collect_remote(*slab);
        const Guard guard(owner.lock);
        if (slab->used() == length_of_chain(bin)) return drop_active(bin);
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
            good &= slab.carved == slab.used() + local && slab.carved <= slab.capacity;
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

    // The link of a free object, where the policy keeps it.
    static void*& link_of(const Bin& bin, void* object) { return *Policy::link(bin, object); }

    // Calls visit(object, is_remote) for each object on the slab's own lists.
    // The caller excludes the owner's activity.
    template <class Visit>
    static void for_each_free(Slab& slab, Visit visit) {
        const Bin& bin = *slab.bin.get();
        for (void* o = slab.local; o != nullptr; o = link_of(bin, o)) visit(o, false);
        const Remote pending = slab.remote_now();
        u32 left = pending.count();
        for (void* o = pending.head(); left > 0; left--, o = link_of(bin, o)) visit(o, true);
    }

    // Whether `p` is the start of a carved object of the slab.
    static bool holds(Slab& slab, const void* p) {
        const usize offset = address(p) - address(Policy::objects(slab));
        return offset % slab.bin.get()->object_size == 0 &&
               offset / slab.bin.get()->object_size < slab.carved;
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
    // What pays for a look at the countdown.
    static constexpr u32 kManyFrees = 64;

    // How many objects must have come back before a full slab is worth
    // visiting again: enough to pay for the visit, few enough that the memory
    // is not missed (at most a sixteenth of the slab).
    static constexpr u32 wake_threshold(u32 capacity) {
        const u32 share = capacity / 16;
        return share < 1 ? 1 : (share > 64 ? 64 : share);
    }

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
        if (slab.carved == slab.capacity) return false;
        slab.local = nullptr;
        carve(bin, slab, local);
        return true;
    }

    // Whether the local list, which is not empty, will do as the next chain.
    static bool serves(Bin& bin, Slab& slab) {
        if (bin.swaps < kSwapsToLook) {
            bin.swaps++;
            return true;
        }
        bin.swaps = 0;
        const u32 length = slab.carved - slab.used();
        return length >= kLong || (length >= kShortest && length * bin.object_size >= kLongBytes) ||
               slab.carved == slab.capacity || !looked_just_now(slab);
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

    // Links the next uncarved objects in address order, and `rest` behind them.
    static void carve(Bin& bin, Slab& slab, void* rest) {
        const usize size = bin.object_size;
        char* first = Policy::objects(slab) + usize{slab.carved} * size;
        const bool zeroed = (slab.head.flags & Slab::kZeroed) != 0;
        const usize room = Policy::carve_bytes(bin, zeroed);
        // Up to the end of the page that the carving reaches into anyway.
        const usize end = align_up(address(first) + 1, room) - address(first);
        usize count = static_cast<u32>(end) / bin.object_size;
        const usize left = usize{slab.capacity} - slab.carved;
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

    static void set_no_event(Slab& slab, u32 used) { slab.set_used(used, used + 1); }

    static void collect_remote(Slab& slab) {
        const Remote got{slab.remote.exchange(0, std::memory_order_acq_rel)};
        if (got.count() == 0) return;
        if (slab.local == nullptr) {
            slab.local = got.head();
        } else {
            void* last = got.head();
            while (void* next = link_of(*slab.bin.get(), last)) last = next;
            link_of(*slab.bin.get(), last) = slab.local;
            slab.local = got.head();
        }
        set_no_event(slab, slab.used() - got.count());
    }

    // --- under the owner's lock ---

    // The active slab is exhausted. True if remote frees arrived meanwhile
    // and the chain was filled after all.
    static bool retire(Bin& bin) {
        Slab& slab = *bin.active;
        slab.set_state(State::Full);
        slab.set_used(slab.carved, wake_threshold(slab.capacity));
        if (slab.remote_settled().count() != 0) {
            slab.set_state(State::Active);
            return supply(bin, slab);
        }
        bin.full.push_front(slab);
        bin.active = nullptr;
        return false;
    }

    static Slab* pick(OwnerType& owner, Bin& bin) {
        if (owner.partial_slabs.load(std::memory_order_relaxed) == 0) return nullptr;
        const Guard guard(owner.lock);
        Slab* slab = bin.partial.front();
        if (slab == nullptr) return nullptr;
        unlink_partial(owner, *slab);
        make_active(*slab);
        return slab;
    }

    static void make_active(Slab& slab) {
        slab.set_state(State::Active);
        set_no_event(slab, slab.used());
    }

    // Sets the countdown of a partial slab to when to look at it again; the
    // owner does, or somebody in its place when it is gone. Remote frees do not
    // count down, so waiting for all that is live could let the last local free
    // pass unnoticed. Half of it is waited for at a time, a quarter once others
    // free too: then they must free three times as much as the owner meanwhile
    // to be missed, and what is missed stays for the next refill or `reap`.
    static void rearm(Slab& slab) {
        const u32 used = slab.used();
        const u32 pending = slab.remote_now().count();
        const u32 live = used - pending;
        slab.set_used(used, pending == 0 ? (live + 1) / 2 : (live + 3) / 4);
    }

    static void link_partial(OwnerType& owner, Slab& slab) {
        slab.set_state(State::Partial);
        slab.bin.get()->partial.push_back(slab);
        owner.partial_slabs.fetch_add(1, std::memory_order_relaxed);
    }

    static void unlink_partial(OwnerType& owner, Slab& slab) {
        slab.bin.get()->partial.remove(slab);
        owner.partial_slabs.fetch_sub(1, std::memory_order_relaxed);
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

    // A remote freer saw that something is due.
    [[gnu::noinline]] static Slab* settle(Slab& slab) {
        for (;;) {
            auto* owner = static_cast<OwnerType*>(slab.head.owner.load(std::memory_order_acquire));
            if (owner == nullptr) return nullptr;
            const Guard guard(owner->lock);
            if (slab.head.owner.get() != owner) continue;
            const u32 pending = slab.remote_now().count();
            if (slab.state() == State::Active) return nullptr;
            if (slab.state() == State::Full) {
                if (pending < wake_threshold(slab.capacity) && pending != slab.used()) {
                    return nullptr;
                }
                full_to_partial(*owner, slab);
            }
            return take_if_empty(*owner, slab);
        }
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
        const u32 kept = length_of_chain(bin);
        if (used == kept) return drop_active(bin);
        slab->head.flags |= Slab::kWatched;
        slab->set_used(used, used - kept);
        return nullptr;
    }

    // In the word of `what_is_free`: something is live.
    static constexpr u64 kInUse = 1;

    // The state of the bin's active slab in a word. Whatever is taken or freed changes the
    // chain or the local list; both may come to be the same again, but by a refill between.
    static u64 what_is_free(const Bin& bin) {
        const u64 lists = address(*bin.chain) + (u64{address(bin.active->local)} << 24);
        return (lists ^ u64{bin.swaps} << 56 ^ u64{bin.active->used()} << 40) & ~kInUse;
    }

    static u32 length_of_chain(const Bin& bin) {
        u32 count = 0;
        for (void* object = *bin.chain; object != nullptr; object = link_of(bin, object)) count++;
        return count;
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
