// A slab: a run of pages cut into equal objects, and its books.
//
// States, and who may move a slab between them (always under the owner's lock):
//
//                    owner: list used up, slab is exhausted
//            Active ---------------------------------------> Full
//             ^   |                                          |
//   owner:    |   | owner:                                   | owner or a remote freer:
//   picks it  |   v abandons it                              | enough objects came back
//            Partial <---------------------------------------+
//             |
//             +--> (gone) whoever sees that no object is live gives the pages back
//
// Active   the slab that feeds its bin. Its free objects were handed to the
//          front end as one chain and count as used until they come back.
// Partial  has something to give: on its bin's list of partial slabs.
// Full     nothing known to be free: on its bin's list of full slabs.
//
// The books, as seen by the owner, with `local` the length of the local list:
//
//          used   = countdown + debt
//          carved = used + local                         (Active, Partial, Full)
//          remote.count <= used                          (remote frees not yet collected)
//          live objects + chain of the front end = used - remote.count
//
// (modulo 2^16, so `debt` may be negative). `countdown` is decremented by each
// local free; its zero means "something happens now", and `debt` sets how far
// off that is: a full slab becomes partial after some frees, a partial one is
// looked at when it may be empty, and for an active one nothing happens at all
// unless its owner has come to the end of something (idle.h). Both are written by
// the owner alone: a free is not an atomic decrement, so what another thread wrote
// between its load and its store would be lost.
//
// The remote word is a stack that any thread pushes on: the address of the
// first object and the number of objects, in one atomic word. Only the owner
// (or who gives the slab back) empties it, all at once; who gives parts of its memory
// back does so for a moment (holes.h).
#pragma once

#include <atomic>

#include "core/descriptor.h"
#include "core/list.h"

namespace ashlar::slab {

struct Bin;

enum class State : u8 { Active, Partial, Full };

// The word of the remote stack.
struct Remote {
    static constexpr unsigned kCountShift = 48;
    u64 word;

    void* head() const { return reinterpret_cast<void*>(word & ((u64{1} << kCountShift) - 1)); }
    u32 count() const { return static_cast<u32>(word >> kCountShift); }
    static Remote make(void* head, u32 count) {
        return {u64{count} << kCountShift | address(head)};
    }
};

struct Slab {
    // owner: the Owner; state: State; flags: kZeroed, kWatched; order: a bit for each part that
    // is a hole (holes.h); extra: when its chain was looked at last
    DescriptorHead head;
    void* local = nullptr;
    Word<Bin*> bin;  // written by who makes the slab Active
    Word<u64> remote;
    union {
        Link<Slab> link = {};
        u64 seen;  // of an active slab, which is on no list: see idle.h
    };
    Word<u16> countdown;
    Word<u16> debt;
    Word<u16> capacity;
    u16 carved = 0;

    // What has not been carved yet reads as zero.
    static constexpr u8 kZeroed = 1;
    // It is Active and goes with its last object, unless a refill comes first.
    static constexpr u8 kWatched = 2;

    State state() const {
        return static_cast<State>(__atomic_load_n(&head.state, __ATOMIC_RELAXED));
    }
    void set_state(State state) {
        __atomic_store_n(&head.state, static_cast<u8>(state), __ATOMIC_RELAXED);
    }

    // Written under the owner's lock.
    u8 holes() const { return __atomic_load_n(&head.order, __ATOMIC_RELAXED); }
    void set_holes(u8 holes) { __atomic_store_n(&head.order, holes, __ATOMIC_RELAXED); }

    // Exact for the owner. To others it may be too high, and while the owner
    // is inside set_used too low as well.
    u32 used() const {
        return static_cast<u16>(countdown.load(std::memory_order_acquire) + debt.get());
    }
    // The next event comes after `events` local frees; with more than `used` never.
    void set_used(u32 used, u32 events) {
        debt.set(static_cast<u16>(used - events));
        countdown.store(static_cast<u16>(events), std::memory_order_release);
    }
    Remote remote_now() const { return {remote.load(std::memory_order_acquire)}; }
    // The same, ordered against every push: one that this does not see sees all
    // that the caller wrote before.
    Remote remote_settled() { return {remote.fetch_add(0, std::memory_order_acq_rel)}; }

    // The fast path of free, for the owner only. True: `on_countdown` is due.
    // The release pairs with whoever finds the slab empty and reuses its pages.
    // `free_link` is where the object keeps its link.
    bool push_local(void* object, void** free_link) {
        *free_link = local;
        local = object;
        const u16 left = static_cast<u16>(countdown.get() - 1);
        countdown.store(left, std::memory_order_release);
        return left == 0;
    }
};

static_assert(sizeof(Slab) <= kCacheLine);
static_assert(offsetof(Slab, countdown) >= kCommonBytes && offsetof(Slab, debt) >= kCommonBytes &&
              offsetof(Slab, capacity) >= kCommonBytes);

inline Link<Slab>& slab_link(Slab& slab) {
    return slab.link;
}
using SlabList = List<Slab, slab_link>;
using FullSlabs = FrontList<Slab, slab_link>;

// All slabs of one object size of one owner.
struct Bin {
    void** chain = nullptr;  // where the front end keeps the chain it pops from
    Slab* active = nullptr;
    SlabList partial;
    FullSlabs full;
    u32 object_size = 0;
    Word<u16> slabs;     // that this bin holds, modulo 2^16: how much the size is in demand
    u8 swaps = 0;        // refills from the active slab's own frees since the last look at them
    bool fresh = false;  // the chain's objects, but for their first word, read as zero
};

// Who else has ever freed objects of an owner: nobody; somebody, which is news to the owner;
// somebody.
enum class Others : u8 { None, New, Known };

// What owns slabs: a thread's shard, a CPU, a heap of the user's. The lock
// guards the lists of all bins and every change of state.
template <class LockType>
struct Owner {
    LockType lock;
    // Slabs on partial lists, written under the lock; lets others see without it whether there is
    // anything to take.
    std::atomic<u32> partial_slabs{0};
};

}  // namespace ashlar::slab
