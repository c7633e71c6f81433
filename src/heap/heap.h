// The heap: malloc's front end over slabs, medium chunks and spans.
//
//   size               served from                      kept for reuse in
//   up to 16 KiB       a slab of the thread's shard     the slab itself
//   up to 512 KiB      a chunk of a medium arena        the shard's medium cache
//   above              whole units from the spans       the spans, dirty
//
// Call tree; what stands right is noinline and rare:
//
//   allocate -- pop the class's chain       allocate_small_slow -- Engine::swap
//      |                                       `- allocate_small_slower -- Engine::refill, adopt,
//      spans
//      `------- above 16 KiB                allocate_big -- medium cache, arena, spans
//   deallocate -- push_local                deallocate_slow -- medium
//      |                                       |- deallocate_remote -- others' slabs
//      |                                       `- deallocate_slower -- large, misuse
//      `--------- countdown                 settle_countdown
//
// All state is static for a Port: a program has one heap of a platform and its
// addresses are constants of the fast paths. Nothing needs a constructor to
// run, so allocation works before main and in any order of initialisation.
//
// Any thread may call any function at any time, but not a signal handler that
// may have interrupted one of them in its own thread. Nothing here throws or
// changes errno.
#pragma once

#include "heap/private_heap.h"
#include "heap/sleepers.h"

namespace ashlar::heap {

template <class Port>
class Heap {
  public:
    using ShardType = Shard<Port>;
    using Pool = Shards<Port>;
    using Mem = Memory<Port>;
    using Engine = typename Mem::Engine;
    using Medium = MediumBlocks<Port>;
    using Large = LargeBlocks<Port>;
    using Private = PrivateHeap<Port>;
    using Asleep = Sleepers<Port>;

    // --- allocation: null when there is no memory ---

    static void* allocate(usize size) {
        if (void* object = take_chained(size)) [[likely]]
            return object;
        return allocate_slow(size);
    }

    // The two halves of it, for callers who need no frame on the stack for the first: a small
    // block that is at hand, null if there is none; and all else.
    static void* take_chained(usize size) {
        if (size > classes::kSmallMax) [[unlikely]]
            return nullptr;
        void*& chain = Pool::current->chains[classes::class_of(size)];
        void* object = chain;
        if (object != nullptr) [[likely]] {
            chain = *static_cast<void**>(object);
            // What was freed long ago is in no cache: the program waits here for the link of
            // the next object, or uses the time until it asks for that.
            __builtin_prefetch(chain, 1);
        }
        return object;
    }
    static void* allocate_slow(usize size) {
        return size > classes::kSmallMax ? allocate_big(size)
                                         : allocate_small_slow(classes::class_of(size));
    }

    static void* allocate_zeroed(usize size) {
        if (size > classes::kSmallMax) return allocate_big_zeroed(size);
        const auto index = classes::class_of(size);
        void* object = allocate(size);
        if (object == nullptr) return nullptr;
        // A thread without a shard sees the bins of `none`, which are never fresh.
        if (Pool::current->bins[index].fresh) {
            *static_cast<void**>(object) = nullptr;
            return object;
        }
        return std::memset(object, 0, size);
    }

    // `align` is a power of two.
    static void* allocate_aligned(usize size, usize align) {
        if (align > kMinAlign) {
            if (align > classes::kSmallMax || size > classes::kSmallMax) {
                return allocate_big(size, align, Contents::Any);
            }
            size = classes::aligned_size(size, align);
        }
        return allocate(size);
    }

    // --- freeing ---

    static void deallocate(void* p) {
        Cell* cell = Mem::windows().find_first(p);
        ShardType* shard = Pool::current;
        if (cell == nullptr || cell->head.owner.get() != shard) [[unlikely]] {
            return deallocate_slow(p);
        }
        auto& slab = cell->template as<slab::Slab>();
        // The commonest double free costs a comparison to see.
        if (slab.local == p) [[unlikely]]
            return misuse(Misuse::DoubleFree, p);
        if (slab.push_local(p, static_cast<void**>(p))) [[unlikely]]
            settle_countdown(slab);
    }

    // --- the rest of a block's life ---

    // How many bytes of a live block its user may use; 0 for null and strangers.
    static usize usable_size(const void* p) {
        Cell* cell = Mem::windows().find(p);
        if (cell == nullptr) return 0;
        switch (cell->kind()) {
            case Kind::Slab:
                return cell->template as<slab::Slab>().bin.get()->object_size;
            case Kind::Medium:
                return usize{*Medium::length_of(*cell, p)} % kCachedFlag * kGranule;
            case Kind::Large:
                return cell->template as<LargeRun>().bytes;
            default:
                return 0;
        }
    }

    // What usable_size of a block of `size` bytes would be; the size itself if
    // there can be no such block.
    static usize good_size(usize size) {
        if (size <= classes::kSmallMax) return classes::size_of(classes::class_of(size));
        if (size <= kMediumMax) return align_up(size, kGranule);
        return size > kMaxRequest ? size : align_up(size, Port::page_size());
    }

    // The block with its contents and room for `size` bytes; null leaves the
    // old block as it was. `p` is a live block and stays in its heap.
    static void* reallocate(void* p, usize size) {
        Cell* cell = Mem::windows().find_first(p);
        if (cell != nullptr && cell->kind() == Kind::Slab) [[likely]] {
            const usize usable = cell->template as<slab::Slab>().bin.get()->object_size;
            if (keeps_place(usable, size)) return p;
            return reallocate_elsewhere(*cell, p, usable, size);
        }
        return reallocate_slow(p, size);
    }

    // Gives back to the system all that can be given back without the help of
    // other threads. Returns the bytes.
    static usize purge() {
        if (Pool::current != &Pool::none) Medium::flush(*Pool::current);
        usize bytes = 0;
        Private::for_each([&](Private& heap) { bytes += heap.purge(); });
        bytes += Asleep::purge();
        Mem::give_slabs(Pool::reap());
        return bytes + Medium::purge() + Mem::spans.purge_all() * kUnit;
    }

    // --- fork: the child of a threaded process has a whole heap ---

    static void before_fork() {
        Private::lock_all();
        Mem::meta_lock.lock();
        Asleep::lock.lock();
        Pool::lock_all();
        Medium::lock_all();
        Mem::spans.lock().lock();
    }
    static void after_fork_in_parent() {
        Mem::spans.lock().unlock();
        Medium::unlock_all();
        Pool::unlock_all();
        Asleep::lock.unlock();
        Mem::meta_lock.unlock();
        Private::unlock_all();
    }
    static void after_fork_in_child() {
        Pool::orphan_others();
        Mem::spans.after_fork_in_child();
        after_fork_in_parent();
    }

  private:
    [[gnu::noinline]] static void* allocate_small_slow(classes::ClassIndex index) {
        // A thread without a shard sees the bins of `none`, which have no slab.
        if (void* object = Engine::swap(Pool::current->bins[index])) return object;
        return allocate_small_slower(index);
    }

    [[gnu::noinline]] static void* allocate_small_slower(classes::ClassIndex index) {
        return Pool::template with_shard<Medium>(
            [index](ShardType& shard) -> void* { return refill(shard, index); });
    }

    static void* refill(ShardType& shard, classes::ClassIndex index) {
        slab::Bin& bin = shard.bins[index];
        shard.note_refill();
        if (Engine::meets_others(shard)) [[unlikely]]
            recount(shard);
        // Of further slabs it is told when they go empty.
        if (bin.slabs.get() < 2) {
            shard.note_served(index);
            if (shard.tide.note_rise()) shard.tide.note_level(level_of(shard));
        }
        while (Engine::refill(shard, bin) == slab::Refill::NeedSpan) {
            if (Pool::adopt(shard, index)) continue;
            const pages::Span span = Mem::donate_slab(shard, bin);
            if (span.first == nullptr) return nullptr;
            if (span.missing != 0) Medium::note_growth(span);
            if (span.record) note_growth(shard);
            break;
        }
        void* object = shard.chains[index];
        shard.chains[index] = *static_cast<void**>(object);
        return object;
    }

    // Others free objects of the thread's, which nobody did before.
    [[gnu::noinline, gnu::cold]] static void recount(ShardType& shard) {
        shard.for_each_served(
            [&shard](slab::Bin& bin) { Mem::give_slabs(Engine::recount(shard, bin)); });
    }

    // A slab of new memory was made.
    [[gnu::noinline]] static void note_growth(ShardType& shard) {
        if (!shard.growth.note_slab()) return;
        shard.for_each_served([&shard](slab::Bin& bin) {
            if (bin.slabs.get() != 1 || bin.active == nullptr) return;
            slab::Slab* idle = Engine::take_idle(shard, bin);
            if (idle == nullptr) return Mem::discard_uncarved(*bin.active);
            Mem::give_slabs(idle);
        });
    }

    [[gnu::noinline]] static void* allocate_big(usize size) {
        if (void* block = Medium::take_cached(size)) return block;
        return allocate_big(size, 1, Contents::Any);
    }

    // More than the classes serve, or none of them is aligned so.
    static void* allocate_big(usize size, usize align, Contents contents) {
        if (size > kMaxRequest || align > kMaxRequest - size) return nullptr;
        if (Medium::serves(size, align)) {
            // When no chunk can be had, a few units may still be.
            if (void* block = Medium::allocate(size, align, contents)) return block;
        }
        return Large::allocate(size, align, contents);
    }

    [[gnu::noinline]] static void* allocate_big_zeroed(usize size) {
        return allocate_big(size, 1, Contents::Zero);
    }

    [[gnu::noinline]] static void settle_countdown(slab::Slab& slab) {
        ShardType& shard = *Pool::current;
        if (Engine::meets_others(shard)) [[unlikely]]
            recount(shard);
        usize bytes = kUnit;
        if (Engine::tells_ebb(shard, slab)) {
            bytes = Engine::ebb(slab);
        } else {
            slab::Slab* empty = Engine::on_countdown(shard, slab);
            if (empty == nullptr) return;
            Mem::give_slabs(empty);
        }
        if (shard.tide.note_fallen(bytes)) look_at_tide(shard);
        Medium::look_at_low(shard);
    }

    [[gnu::noinline]] static TideLevel level_of(ShardType& shard) {
        TideLevel level;
        shard.for_each_served([&level](slab::Bin& bin) {
            const usize slabs = bin.slabs.get();
            level.slabs += slabs;
            if (slabs == 1 && bin.active != nullptr) {
                level.carved += Engine::carved_bytes(bin);
                level.used += Engine::used_bytes(bin);
            } else {
                level.shared += slabs * kUnit;
            }
        });
        return level;
    }

    [[gnu::noinline]] static void look_at_tide(ShardType& shard) {
        if (!shard.tide.has_ebbed(level_of(shard), Port::now_ms)) {
            shard.for_each_served([](slab::Bin& bin) { Engine::expect_half(bin); });
            return;
        }
        Medium::shrink(shard);
    }

    // A block keeps its place unless half of it would lie idle.
    static bool keeps_place(usize usable, usize size) {
        return size <= usable && (size >= usable / 2 || usable == kMinAlign);
    }

    [[gnu::noinline]] static void* reallocate_slow(void* p, usize size) {
        if (report_wrong_pointer(p)) return nullptr;
        Cell& cell = *Mem::windows().find(p);
        if (cell.kind() == Kind::Medium && Medium::resize(cell, p, size)) return p;
        if (cell.kind() == Kind::Large && size > kMediumMax) {
            return Large::resize(cell, p, size);
        }
        const usize usable = usable_size(p);
        return keeps_place(usable, size) ? p : reallocate_elsewhere(cell, p, usable, size);
    }

    [[gnu::noinline]] static void* reallocate_elsewhere(Cell& cell, void* p, usize usable,
                                                        usize size) {
        Private* heap = cell.head.owner.get() == Pool::current ? nullptr : Private::of(cell);
        void* moved = heap == nullptr ? allocate(size) : heap->allocate(size);
        if (moved == nullptr) return nullptr;
        std::memcpy(moved, p, size < usable ? size : usable);
        deallocate(p);
        return moved;
    }

    // Whether `p` cannot be a live block, as far as its page can tell.
    static bool report_wrong_pointer(const void* p) {
        Cell* cell = Mem::windows().find(p);
        if (cell == nullptr) {
            misuse(Misuse::ForeignFree, p);
            return true;
        }
        const Kind kind = cell->kind();
        if (kind == Kind::Slab) return false;
        if (kind == Kind::Large && Mem::windows().address_of(*cell) == p) return false;
        const usize length = kind == Kind::Medium ? *Medium::length_of(*cell, p) : 0;
        const bool at_start = is_aligned(address(p), kGranule) && length != 0;
        if (at_start && (length & kCachedFlag) == 0) return false;
        const bool was_freed =
            at_start || is_free(kind) || kind == Kind::FreeLoose || kind == Kind::Purging;
        misuse(was_freed ? Misuse::DoubleFree : Misuse::InvalidFree, p);
        return true;
    }

    // What goes to the medium cache or to another thread's slab needs no frame on the
    // stack; the rest does.
    [[gnu::noinline]] static void deallocate_slow(void* p) {
        Cell* cell = Mem::windows().find_first(p);
        if (cell == nullptr) return deallocate_slower(p);
        const Kind kind = cell->kind();
        if (kind == Kind::Medium) {
            return Medium::free(*cell, Medium::length_in_first(p), p);
        }
        if (kind == Kind::Slab) return deallocate_remote(cell->template as<slab::Slab>(), p);
        deallocate_slower(p);
    }

    [[gnu::noinline]] static void deallocate_slower(void* p) {
        if (p == nullptr) return;
        Cell* cell = Mem::windows().find(p);
        if (cell == nullptr) return misuse(Misuse::ForeignFree, p);
        switch (cell->kind()) {
            case Kind::Slab:
                return deallocate_in_slab(cell->template as<slab::Slab>(), p);
            case Kind::Medium:
                return Medium::free(*cell, Medium::length_of(*cell, p), p);
            case Kind::Large:
                Large::free(*cell, p);
                return Medium::look_at_low(*Pool::current);
            case Kind::FreeClean:
            case Kind::FreeHuge:
            case Kind::FreeDirty:
            case Kind::FreeLoose:
            case Kind::Purging:
                return misuse(Misuse::DoubleFree, p);
            case Kind::None:
            case Kind::FreeTail:
                return misuse(Misuse::InvalidFree, p);
        }
    }

    // Another thread's slab, or one of our own in a further window.
    static void deallocate_in_slab(slab::Slab& slab, void* p) {
        if (slab.head.owner.get() != Pool::current) return deallocate_remote(slab, p);
        if (slab.push_local(p, static_cast<void**>(p))) settle_countdown(slab);
    }

    [[gnu::noinline]] static void deallocate_remote(slab::Slab& slab, void* p) {
        slab::Slab* empty = Engine::free_remote(slab, p, p, 1);
        if (empty != nullptr) [[unlikely]]
            Mem::give_slabs(empty);
    }
};

}  // namespace ashlar::heap
