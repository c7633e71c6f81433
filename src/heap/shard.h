// Shards: everything one thread needs to allocate without meeting others.
//
// A thread borrows a shard for its life. When it exits the shard goes, whole,
// to a pool for the next thread; slabs that have something to give can be
// taken over from there by threads that run short.
//
//   Attached   a thread's own
//   Idle       in the pool
//   Orphan     its thread vanished in a fork: what its lock guards is whole and
//              can be taken over, the rest (chains, active slabs) is not touched
//   Private    belongs to a heap of the user's
#pragma once

#include "heap/growth.h"
#include "heap/home.h"
#include "heap/memory.h"
#include "heap/tide.h"

namespace ashlar::heap {

// Medium blocks are cached by length, 1 to this many granules (512 KiB).
inline constexpr usize kCachedLengths = 128;

// What a cache may hold: threads share the most, but each may have the least, and one that serves
// well some times its share (medium_blocks.h).
inline constexpr usize kMostCached = kMediumMax >> kGranuleShift;
inline constexpr usize kLeastCached = (64 * kKiB) >> kGranuleShift;

// A medium block in a cache: where its length stands says that it is there.
struct CachedBlock {
    CachedBlock* next;
    u16* length;
};

// Of which lengths there may be blocks in a cache.
class CachedLengths {
  public:
    void set(usize length) { words_[(length - 1) / 64] |= bit(length); }
    void clear(usize length) { words_[(length - 1) / 64] &= ~bit(length); }

    // The least in [least, least + slack] that is set, slack < 64; 0 if there is none.
    usize find(usize least, usize slack) const {
        const usize word = (least - 1) / 64;
        const unsigned shift = (least - 1) % 64;
        u64 ahead = words_[word] >> shift;
        if (shift != 0 && word + 1 < kWords) ahead |= words_[word + 1] << (64 - shift);
        if (ahead == 0) return 0;
        const auto at = static_cast<usize>(std::countr_zero(ahead));
        return at <= slack ? least + at : 0;
    }

    // Calls visit(length) for each that is set, and clears it.
    template <class Visit>
    void take_all(Visit visit) {
        for (usize word = 0; word < kWords; word++) {
            for (u64 left = words_[word]; left != 0; left &= left - 1) {
                visit(word * 64 + static_cast<usize>(std::countr_zero(left)) + 1);
            }
            words_[word] = 0;
        }
    }

  private:
    static constexpr usize kWords = kCachedLengths / 64;
    static u64 bit(usize length) { return u64{1} << (length - 1) % 64; }

    u64 words_[kWords] = {};
};

// Whether a shard's thread sleeps, as it seemed at a look. Written by who looks (sleepers.h).
struct Nap {
    u32 look = 0;     // which one
    u32 refills = 0;  // Shard::refills, then
    bool asleep = false;
};

enum class Life : u8 { Attached, Idle, Orphan, Private };

// The chains come first: they are what the fast paths touch. The cache of medium blocks comes
// last: without it a shard is less than a page.
template <class Port>
struct Shard : slab::Owner<Lock<Port>> {
    void* chains[classes::kCount] = {};  // free objects of each class
    usize cached_granules = 0;           // in the cache
    usize cache_bound = 0;               // of that
    usize served_granules = 0;           // that were taken from it since it overflowed last
    usize arena = 0;                     // where medium blocks come from
    Tide tide;
    u32 lows = 0;  // of live memory (pages/purge_policy.h), as far as the thread knows
    Growth growth;
    Word<u32> refills;  // that the slab engine was asked for
    Nap nap;
    Life life = Life::Attached;
    Word<slab::Others> others;
    Home<Port>* home = nullptr;  // of a private heap's shard
    Shard* next_idle = nullptr;
    Shard* next_of_all = nullptr;
    u64 served[ceil_div(classes::kCount, 64)] = {};  // a bit for each class that may have slabs
    slab::Bin bins[classes::kCount] = {};
    // Free medium blocks of each length, and where there may be some.
    CachedLengths cached;
    CachedBlock* medium[kCachedLengths + 1] = {};

    void prepare() {
        for (usize i = 0; i < classes::kCount; i++) {
            bins[i].chain = &chains[i];
            bins[i].object_size = classes::kSizes[i];
        }
    }

    void note_served(usize index) { served[index / 64] |= u64{1} << index % 64; }
    // Before the slab engine is asked for objects.
    void note_refill() { refills.set(refills.get() + 1); }

    // Calls visit(bin) for each that may have slabs.
    template <class Visit>
    void for_each_served(Visit visit) {
        for (usize word = 0; word < std::size(served); word++) {
            for (u64 left = served[word]; left != 0; left &= left - 1) {
                visit(bins[word * 64 + static_cast<usize>(std::countr_zero(left))]);
            }
        }
    }
};

template <class Port>
class Shards {
  public:
    using ShardType = Shard<Port>;
    using Mem = Memory<Port>;
    using Engine = typename Mem::Engine;

    // Always empty; what `current` names in a thread that has no shard.
    inline static constinit ShardType none;
    inline static constinit thread_local ShardType* current [[gnu::tls_model("initial-exec")]] =
        &none;

    // Calls work(shard) with the thread's shard; null when there is no memory
    // for one. `Medium` knows how to empty a shard's medium cache.
    template <class Medium, class Work>
    static auto with_shard(Work work) {
        if (current != &none) [[likely]]
            return work(*current);
        return with_new_shard<Medium>(work);
    }

    // Hooked to the end of each thread that has allocated.
    template <class Medium>
    static void thread_exits() {
        exiting = true;
        if (current != &none) release<Medium>();
    }

    // Takes over, for the thread that owns `shard`, a slab of class `index`
    // that a gone thread left. The caller's bin has no active slab.
    static bool adopt(ShardType& shard, usize index) {
        // Enough to find something among the recently gone, few enough to be
        // no burden when there is nothing.
        constexpr int kLooks = 8;
        if (idle_count.load(std::memory_order_relaxed) == 0) return false;
        const Guard guard(pool_lock);
        int looks = kLooks;
        for (ShardType* s = idle; s != nullptr && looks > 0; s = s->next_idle, looks--) {
            if (s->partial_slabs.load(std::memory_order_relaxed) == 0) continue;
            if (Engine::adopt(*s, s->bins[index], shard, shard.bins[index])) return true;
        }
        return false;
    }

    // Makes a fresh shard known that belongs to no thread, for good. Never one
    // of the pool: those have slabs with blocks that gone threads left.
    static void enrol_private(ShardType& shard, Home<Port>& home) {
        shard.life = Life::Private;
        shard.home = &home;
        enrol(shard);
    }

    // Back to the pool with whatever slabs are left in it.
    template <class Medium>
    static void retire(ShardType& shard) {
        Medium::flush(shard);
        shard.tide = {};
        for (auto& bin : shard.bins) {
            if (bin.active == nullptr && shard.partial_slabs.load(std::memory_order_relaxed) == 0) {
                continue;
            }
            Mem::give_slabs(Engine::abandon(shard, bin));
        }
        const Guard guard(pool_lock);
        shard.life = Life::Idle;
        push_idle(shard);
    }

    // Slabs of any shard that went empty unnoticed, linked by `link.next`.
    static slab::Slab* reap() {
        slab::Slab* all_empty = nullptr;
        for_each([&all_empty](ShardType& shard) {
            if (shard.partial_slabs.load(std::memory_order_relaxed) == 0) return;
            for (auto& bin : shard.bins) {
                for (slab::Slab* s = Engine::reap(shard, bin); s != nullptr;) {
                    slab::Slab* next = s->link.next;
                    s->link.next = all_empty;
                    all_empty = s;
                    s = next;
                }
            }
        });
        return all_empty;
    }

    // What each of the threads that have a shard now may cache.
    static usize cache_share() {
        const usize share = kMostCached / attached_count.load(std::memory_order_relaxed);
        return share < kLeastCached ? kLeastCached : share;
    }

    template <class Visit>
    static void for_each(Visit visit) {
        const Guard guard(pool_lock);
        for (ShardType* s = all; s != nullptr; s = s->next_of_all) visit(*s);
    }

    // All locks of this floor, in order.
    static void lock_all() {
        pool_lock.lock();
        for (ShardType* s = all; s != nullptr; s = s->next_of_all) s->lock.lock();
    }
    static void unlock_all() {
        for (ShardType* s = all; s != nullptr; s = s->next_of_all) s->lock.unlock();
        pool_lock.unlock();
    }
    // Under lock_all, in the child: the threads of all shards but ours are gone.
    static void orphan_others() {
        for (ShardType* s = all; s != nullptr; s = s->next_of_all) {
            if (s->life != Life::Attached || s == current) continue;
            s->life = Life::Orphan;
            push_idle(*s);
        }
        // Not by subtraction: a thread that came or went at that moment may have
        // been counted already or still.
        attached_count.store(current != &none ? 1 : 0, std::memory_order_relaxed);
    }

  private:
    template <class Medium, class Work>
    [[gnu::noinline]] static auto with_new_shard(Work work) -> decltype(work(none)) {
        ShardType* shard = take_idle();
        if (shard == nullptr) shard = make();
        if (shard == nullptr) return nullptr;
        shard->life = Life::Attached;
        attached_count.fetch_add(1, std::memory_order_relaxed);
        shard->cache_bound = cache_share();
        shard->lows = Mem::spans.lows();
        current = shard;
        if (!exiting) {
            Port::at_thread_exit(thread_exits<Medium>);
            return work(*shard);
        }
        // After the exit hook a shard is borrowed for one operation at a time.
        auto result = work(*shard);
        release<Medium>();
        return result;
    }

    template <class Medium>
    static void release() {
        ShardType& shard = *current;
        current = &none;
        attached_count.fetch_sub(1, std::memory_order_relaxed);
        retire<Medium>(shard);
    }

    static ShardType* take_idle() {
        if (idle_count.load(std::memory_order_relaxed) == 0) return nullptr;
        const Guard guard(pool_lock);
        for (ShardType** link = &idle; *link != nullptr; link = &(*link)->next_idle) {
            ShardType* shard = *link;
            if (shard->life == Life::Orphan) continue;
            *link = shard->next_idle;
            idle_count.fetch_sub(1, std::memory_order_relaxed);
            return shard;
        }
        return nullptr;
    }

    static ShardType* make() {
        void* memory = Mem::allocate_meta(sizeof(ShardType));
        if (memory == nullptr) return nullptr;
        // Zeroed memory is a fresh shard. To write the zeros would touch all of it.
        auto* shard = std::launder(static_cast<ShardType*>(memory));
        enrol(*shard);
        return shard;
    }

    static void enrol(ShardType& shard) {
        shard.prepare();
        const Guard guard(pool_lock);
        shard.next_of_all = all;
        all = &shard;
    }

    static void push_idle(ShardType& shard) {
        shard.next_idle = idle;
        idle = &shard;
        idle_count.fetch_add(1, std::memory_order_relaxed);
    }

    inline static constinit thread_local bool exiting [[gnu::tls_model("initial-exec")]] = false;
    inline static constinit Lock<Port> pool_lock;
    inline static constinit ShardType* idle = nullptr;
    inline static constinit ShardType* all = nullptr;
    inline static constinit std::atomic<u32> idle_count{0};
    inline static constinit std::atomic<u32> attached_count{0};
};

}  // namespace ashlar::heap
