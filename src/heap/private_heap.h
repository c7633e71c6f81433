// Heaps of one's own: a program takes blocks from a heap that it made, and
// destroys all of them at once with it.
//
// A private heap is a shard that belongs to no thread and a home for larger
// blocks. Its memory is units of the process's windows like all other, so any
// thread frees its blocks by the ordinary free: small ones are remote frees,
// which every slab takes from anybody; medium and large ones find the home in
// their descriptors. Nothing of a private heap is ever in a thread's cache,
// and no thread adopts its slabs; so destroying it is giving back whole slabs,
// chunks and runs, in time proportional to their number and not to the number
// of blocks.
//
// Allocation happens under the heap's lock. A slab that empties goes back at
// once unless it is active; an active one stays until `purge` or `destroy`.
//
// The structures themselves are kept for the next private heap, never given
// back: a handle that is used after `destroy` is recognised.
//
// Lock order: registry, a heap's lock, then as in core/lock.h.
#pragma once

#include "heap/large_blocks.h"

namespace ashlar::heap {

template <class Port>
class PrivateHeap : Home<Port> {
  public:
    using ShardType = Shard<Port>;
    using Pool = Shards<Port>;
    using Mem = Memory<Port>;
    using Engine = typename Mem::Engine;
    using Medium = MediumBlocks<Port>;
    using Large = LargeBlocks<Port>;

    // Null: no memory.
    static PrivateHeap* create() {
        PrivateHeap* heap = take_spare();
        if (heap == nullptr) heap = make();
        if (heap == nullptr) return nullptr;
        const Guard guard(registry_lock);
        registry.push_front(*heap);
        heap->alive_ = true;
        return heap;
    }

    // All blocks end. No thread may be inside the heap or use a block of it.
    void destroy() {
        {
            const Guard guard(registry_lock);
            registry.remove(*this);
            alive_ = false;
        }
        for (slab::Bin& bin : shard_.bins) Mem::give_slabs(Engine::dissolve(shard_, bin));
        Large::release(*this);
        Medium::release(*this);
        const Guard guard(registry_lock);
        spares.push_front(*this);
    }

    // False for a heap that was destroyed (and not made again since).
    bool is_alive() const { return alive_; }

    // The heap that a live block belongs to; null for the process's.
    static PrivateHeap* of(Cell& cell) {
        Home<Port>* home = nullptr;
        switch (cell.kind()) {
            case Kind::Slab: {
                auto* owner = static_cast<ShardType*>(cell.head.owner.get());
                home = owner != nullptr ? owner->home : nullptr;
                break;
            }
            case Kind::Medium:
                home = static_cast<Home<Port>*>(cell.as<MediumUnit>().home);
                break;
            case Kind::Large:
                home = static_cast<Home<Port>*>(cell.as<LargeRun>().home);
                break;
            default:
                break;
        }
        return static_cast<PrivateHeap*>(home);
    }

    // --- allocation: null when there is no memory ---

    void* allocate(usize size) {
        if (size <= classes::kSmallMax) return pop(classes::class_of(size)).object;
        return allocate_big(size, 1, Contents::Any);
    }

    void* allocate_zeroed(usize size) {
        if (size <= classes::kSmallMax) {
            const Popped popped = pop(classes::class_of(size));
            if (popped.object == nullptr) return nullptr;
            if (!popped.fresh) return std::memset(popped.object, 0, size);
            *static_cast<void**>(popped.object) = nullptr;
            return popped.object;
        }
        return allocate_big(size, 1, Contents::Zero);
    }

    // `align` is a power of two.
    void* allocate_aligned(usize size, usize align) {
        if (align <= kMinAlign) return allocate(size);
        if (align <= classes::kSmallMax && size <= classes::kSmallMax) {
            return pop(classes::class_of(classes::aligned_size(size, align))).object;
        }
        return allocate_big(size, align, Contents::Any);
    }

    // Gives back what is idle: empty active slabs and, to the system, idle
    // pages between medium blocks. Returns the bytes of the latter.
    usize purge() {
        {
            const Guard guard(this->lock);
            for (slab::Bin& bin : shard_.bins) {
                if (bin.active != nullptr) Mem::give_slabs(Engine::abandon(shard_, bin));
            }
        }
        return Medium::purge(static_cast<Home<Port>&>(*this));
    }

    // Calls visit(heap) for each, under the registry's lock.
    template <class Visit>
    static void for_each(Visit visit) {
        const Guard guard(registry_lock);
        for (PrivateHeap* heap = registry.front(); heap != nullptr; heap = registry.next(*heap)) {
            visit(*heap);
        }
    }

    // Calls visit(cell) for the heap's slabs, units of medium blocks and large
    // blocks, under the locks that keep them in place. Objects in the shard's
    // chains count as used in their slabs.
    template <class Visit>
    void for_each_cell(Visit visit) {
        const Guard guard(this->lock);
        {
            const Guard slabs(shard_.lock);
            for (slab::Bin& bin : shard_.bins) {
                if (bin.active != nullptr) visit(Cell::of(*bin.active));
                for (auto* first : {bin.partial.front(), bin.full.front()}) {
                    for (auto* s = first; s != nullptr; s = slab::SlabList::next(*s)) {
                        visit(Cell::of(*s));
                    }
                }
            }
        }
        for (auto* run = this->large.front(); run != nullptr; run = this->large.next(*run)) {
            visit(Cell::of(*run));
        }
        const Guard chunks(this->arena.lock());
        this->arena.for_each_chunk([&](Chunk, Cell& first) {
            for (usize i = 0; i < kChunkUnits; i++) visit((&first)[i]);
        });
    }

    // Calls visit(shard) under the lock that keeps its chains still.
    template <class Visit>
    void with_shard(Visit visit) {
        const Guard guard(this->lock);
        visit(static_cast<const ShardType&>(shard_));
    }

    // All equations of the heap's slabs. For tests, while nobody uses the heap.
    bool check_invariants() {
        bool good = true;
        for (slab::Bin& bin : shard_.bins) good &= Engine::check_invariants(shard_, bin);
        return good;
    }

    // --- fork; see Heap ---

    static void lock_all() {
        registry_lock.lock();
        for (PrivateHeap* heap = registry.front(); heap != nullptr; heap = registry.next(*heap)) {
            heap->lock.lock();
            heap->arena.lock().lock();
        }
    }
    static void unlock_all() {
        for (PrivateHeap* heap = registry.front(); heap != nullptr; heap = registry.next(*heap)) {
            heap->arena.lock().unlock();
            heap->lock.unlock();
        }
        registry_lock.unlock();
    }

  private:
    struct Popped {
        void* object;
        bool fresh;  // but for its first word, reads as zero
    };

    Popped pop(classes::ClassIndex index) {
        const Guard guard(this->lock);
        void*& chain = shard_.chains[index];
        if (chain == nullptr && !refill(shard_.bins[index])) return {};
        void* object = chain;
        chain = *static_cast<void**>(object);
        return {object, shard_.bins[index].fresh};
    }

    bool refill(slab::Bin& bin) {
        shard_.note_refill();
        return Engine::refill(shard_, bin) == slab::Refill::Done ||
               Mem::donate_slab(shard_, bin).first != nullptr;
    }

    void* allocate_big(usize size, usize align, Contents contents) {
        if (size > kMaxRequest || align > kMaxRequest - size) return nullptr;
        if (Medium::serves(size, align)) {
            if (void* block = Medium::allocate_at(*this, size, align, contents)) return block;
        }
        return Large::allocate_at(*this, size, align, contents);
    }

    static PrivateHeap* take_spare() {
        const Guard guard(registry_lock);
        return spares.pop_front();
    }

    static PrivateHeap* make() {
        void* memory = Mem::allocate_meta(sizeof(PrivateHeap));
        if (memory == nullptr) return nullptr;
        auto* heap = new (memory) PrivateHeap;
        Pool::enrol_private(heap->shard_, *heap);
        return heap;
    }

    static Link<PrivateHeap>& link_of(PrivateHeap& heap) { return heap.link_; }
    using HeapList = List<PrivateHeap, link_of>;

    ShardType shard_;
    bool alive_ = false;
    Link<PrivateHeap> link_;

    inline static constinit Lock<Port> registry_lock;
    inline static constinit HeapList registry;
    inline static constinit HeapList spares;
};

}  // namespace ashlar::heap
