// Where the heap's memory comes from: one set of spans for the process, and
// the slab engine bound to it.
#pragma once

#include "classes/size_classes.h"
#include "heap/space.h"
#include "slab/engine.h"

namespace ashlar::heap {

// The first slabs of a size may stay nearly empty, in each of many threads.
inline pages::Density slab_density(const slab::Bin& bin) {
    return bin.slabs.get() < 2 ? pages::Density::Sparse : pages::Density::Dense;
}

template <class Port>
class Sleepers;
template <class Port>
struct Shard;

template <class Port>
struct Memory {
    inline static constinit Spans<Port> spans;

    static auto& windows() { return spans.windows(); }

    struct SlabPolicy {
        using LockType = Lock<Port>;
        // Of any size: there may be one for each size and thread.
        static constexpr usize kIdleBytes = 0;
        static constexpr bool kTide = true;

        static char* objects(slab::Slab& slab) { return windows().address_of(Cell::of(slab)); }

        static void** link(const slab::Bin&, void* object) { return static_cast<void**>(object); }

        // Page by page at first, so that a size in little demand touches
        // little; four pages at a time once it has many slabs. Where memory was used
        // before, a further slab is carved some objects at a time, be they large.
        static usize carve_bytes(const slab::Bin& bin, bool zeroed) {
            constexpr usize kAtOnce = 8;
            const usize slabs = bin.slabs.get();
            if (slabs < 2) return Port::page_size();
            const usize pages = Port::page_size() << (slabs < 8 ? 1 : 2);
            const usize objects = zeroed ? 0 : std::bit_ceil(kAtOnce * bin.object_size);
            return pages > objects ? pages : objects;
        }

        static constexpr usize kPartBytes = kUnit / 8;
        static void give_part(char* at, usize bytes) {
            Port::discard(at, align_up(bytes, Port::page_size()));
            spans.note_untouched(bytes);
        }
        static void wants_parts(usize bytes) { Sleepers<Port>::note_wanted(bytes); }
        static void note_remote(u32 count, u32 capacity) {
            Sleepers<Port>::note_fallen(usize{count} * kUnit / capacity);
        }

        static Word<slab::Others>& others(slab::Owner<LockType>& owner) {
            return static_cast<Shard<Port>&>(owner).others;
        }

        static u32 now_ms() { return Port::now_ms(); }

        static void note_carved(usize from, usize to) {
            spans.note_touched(filled(to) - filled(from));
        }
        // Bytes of the pages that objects up to offset `end` lie in.
        static usize filled(usize end) { return align_up(end, kGranule); }
    };
    using Engine = slab::Engine<SlabPolicy>;

    // A fresh slab for the bin, which has no active one; what it was made of.
    static pages::Span donate_slab(slab::Owner<Lock<Port>>& owner, slab::Bin& bin) {
        const pages::Span span = spans.take_page(slab_density(bin));
        if (span.first == nullptr) return span;
        if (span.zeroed) spans.note_untouched(kUnit);
        Engine::donate(owner, bin, *span.first, kUnit, span.zeroed);
        return span;
    }

    // Slabs that the engine found empty, linked by `link.next`.
    static void give_slabs(slab::Slab* slab) {
        while (slab != nullptr) {
            slab::Slab* next = slab->link.next;
            usize untouched = Engine::hole_bytes(*slab);
            if ((slab->head.flags & slab::Slab::kZeroed) != 0) {
                const usize end = usize{slab->carved} * slab->bin.get()->object_size;
                untouched += kUnit - SlabPolicy::filled(end);
            }
            if (untouched != 0) spans.note_touched(untouched);
            spans.give_page(Cell::of(*slab));
            slab = next;
        }
    }

    // What is not carved yet of a slab goes back to the system, if that is worth a call.
    // Owner only. Parts of huge pages stay.
    static void discard_uncarved(slab::Slab& slab) {
        constexpr usize kLeast = 16 * kKiB;
        if ((slab.head.flags & slab::Slab::kZeroed) != 0 || slab.head.home != 0) return;
        const usize carved = usize{slab.carved} * slab.bin.get()->object_size;
        const usize filled = SlabPolicy::filled(carved);
        if (kUnit - filled < kLeast || Port::page_size() > kGranule) return;
        char* const objects = SlabPolicy::objects(slab);
        __builtin_memset(objects + carved, 0, filled - carved);
        Port::discard(objects + filled, kUnit - filled);
        slab.head.flags |= slab::Slab::kZeroed;
        spans.note_untouched(kUnit - filled);
    }

    // Memory of the heap's own: zeroed, never given back. Null if there is none.
    static void* allocate_meta(usize bytes) {
        const Guard guard(meta_lock);
        bytes = align_up(bytes, kCacheLine);
        if (bytes > meta_left) {
            const pages::Span span = spans.take(1);
            if (span.first == nullptr) return nullptr;
            meta_next = windows().address_of(*span.first);
            meta_left = kUnit;
            if (!span.zeroed) __builtin_memset(meta_next, 0, kUnit);
        }
        void* result = meta_next;
        meta_next += bytes;
        meta_left -= bytes;
        return result;
    }

    inline static constinit Lock<Port> meta_lock;

  private:
    inline static constinit char* meta_next = nullptr;
    inline static constinit usize meta_left = 0;
};

}  // namespace ashlar::heap
