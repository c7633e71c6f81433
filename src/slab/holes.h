// Holes: parts of a slab whose memory went back while its owner sleeps.
//
// The chain of an active slab is its owner's alone, so nobody else can take the slab. But
// what others freed of it is in nobody's hands until the owner collects it. Who takes the
// whole remote stack, in one exchange, may do with those objects what he likes as long as
// the books stay right. He gives back each part (an eighth of the slab) in which all
// objects are such, and returns the rest to the stack with the count that it had:
//
//          remote.count = objects on the stack + objects that start in holes
//
// The links of the objects in holes are gone with the memory, but they are known by where
// they start. The owner links them again when it collects. A slab keeps its holes in all
// states: an abandoned one may have some, and one that goes empty goes with them.
//
// The owner collects without the lock. So a stranger marks all parts as holes before he
// takes the stack; docs/slab-engine.md has the three cases. What has not been carved is
// never in a hole, so it and holes can both be counted as memory that is not there.
//
// Under a policy without parts there are no holes, and nothing here is code.
#pragma once

#include <bit>

#include "slab/books.h"

namespace ashlar::slab {

template <class Policy>
class Holes : public Books<Policy> {
    using Base = Books<Policy>;

  public:
    using typename Base::OwnerType;

    // Bytes in a slab's objects.
    struct Holding {
        usize used = 0;     // not known to be free
        usize waiting = 0;  // of an active slab: others freed them and the owner has not collected
                            // them, without what is in holes
    };
    // Anybody may ask, also of what is no slab any more. The owner of an active slab writes its
    // books without the lock, so `used` is of about now.
    static Holding holding(Slab& slab) {
        return with_owner(slab, [&](const Bin& bin) -> Holding {
            const usize capacity = slab.capacity.get();
            const usize used = slab.used() < capacity ? slab.used() : capacity;
            const usize count = slab.remote_now().count();
            const usize freed = count * bin.object_size;
            const usize gone = hole_bytes(slab);
            const bool waits = slab.state() == State::Active && freed > gone;
            return {used > count ? (used - count) * bin.object_size : 0, waits ? freed - gone : 0};
        });
    }

    // Bytes of a slab's memory that holes stand for, not counting what lies behind its last
    // object.
    static usize hole_bytes(const Slab& slab) {
        if constexpr (kHollows) {
            if (slab.holes() != 0) [[unlikely]]
                return bytes_of(slab, slab.holes());
        }
        return 0;
    }

    static bool in_hole(Slab& slab, const void* object) {
        return (slab.holes() >> part_of(slab, object) & 1) != 0;
    }

    // Gives back the parts of an active slab in which all objects wait. Anybody may ask; an
    // owner that comes back meanwhile and collects waits for the lock. Returns the bytes.
    [[gnu::cold]] static usize hollow(Slab& slab) {
        return with_owner(slab, [&](const Bin& bin) -> usize {
            if (slab.state() != State::Active) return 0;
            const u8 old = slab.holes();
            slab.set_holes(kAllParts);
            const Remote got{slab.remote.exchange(0, std::memory_order_acq_rel)};
            const auto fresh = static_cast<u8>(free_parts(bin, slab, got.head(), old) & ~old);
            const Ends rest = without(bin, slab, got.head(), fresh);
            give(slab, fresh);
            slab.set_holes(old | fresh);
            push_back(bin, slab, rest, got.count());
            return bytes_of(slab, fresh);
        });
    }

  protected:
    using Base::link_of;
    using Base::set_no_event;

    static constexpr bool kHollows = requires { Policy::kPartBytes; };

    // What others freed goes to the local list. Owner only.
    static void collect_remote(Slab& slab) {
        Remote got{slab.remote.exchange(0, std::memory_order_acq_rel)};
        if (got.count() == 0) return;
        if constexpr (kHollows) {
            if (slab.holes() != 0) [[unlikely]]
                got = fill(slab, got);
        }
        if (slab.local != nullptr) append(*slab.bin.get(), got.head(), slab.local);
        slab.local = got.head();
        set_no_event(slab, slab.used() - got.count());
    }

    // Calls visit(object) for each object that starts in one of the parts, backwards.
    template <class Visit>
    static void for_each_in(const Bin& bin, Slab& slab, u8 parts, Visit visit) {
        const usize size = bin.object_size;
        const usize capacity = slab.capacity.get();
        for (usize part = kParts; part-- > 0;) {
            if ((parts >> part & 1) == 0) continue;
            const usize from = (part * Policy::kPartBytes + size - 1) / size;
            const usize end = ((part + 1) * Policy::kPartBytes + size - 1) / size;
            for (usize i = end < capacity ? end : capacity; i-- > from;) {
                visit(Policy::objects(slab) + i * size);
            }
        }
    }

  private:
    static constexpr usize kParts = 8;
    static constexpr u8 kAllParts = 0xff;

    struct Ends {
        void* first = nullptr;
        void* last = nullptr;
    };

    static usize part_of(Slab& slab, const void* object) {
        return (address(object) - address(Policy::objects(slab))) / Policy::kPartBytes;
    }

    // Where the last object ends if it does in that part, else where the part does.
    static usize end_of(const Slab& slab, usize part) {
        const usize objects = usize{slab.capacity.get()} * slab.bin.get()->object_size;
        const usize end = (part + 1) * Policy::kPartBytes;
        return end < objects ? end : objects;
    }

    static usize bytes_of(const Slab& slab, unsigned parts) {
        usize bytes = 0;
        for (; parts != 0; parts &= parts - 1) {
            const auto part = static_cast<usize>(std::countr_zero(parts));
            bytes += end_of(slab, part) - part * Policy::kPartBytes;
        }
        return bytes;
    }

    // Calls work(bin) under the lock of who owns the slab; what it returns, or nothing if the
    // slab has gone.
    template <class Work>
    static auto with_owner(Slab& slab, Work work) -> decltype(work(*slab.bin.get())) {
        auto* owner = static_cast<OwnerType*>(slab.head.owner.load(std::memory_order_acquire));
        if (owner == nullptr) return {};
        const Guard guard(owner->lock);
        if (slab.head.owner.get() != owner) return {};
        return work(*slab.bin.get());
    }

    // Puts `rest` behind a list that is not empty.
    static void append(const Bin& bin, void* list, void* rest) {
        while (void* next = link_of(bin, list)) list = next;
        link_of(bin, list) = rest;
    }

    // The parts of a slab that only have objects which are on the list or start in holes.
    static u8 free_parts(const Bin& bin, Slab& slab, void* list, u8 holes) {
        constexpr usize kBits = 64;
        u64 waits[kParts * Policy::kPartBytes / kMinAlign / kBits] = {};
        const usize size = bin.object_size;
        const usize capacity = slab.capacity.get();
        const auto note = [&](void* object) {
            const usize i = (address(object) - address(Policy::objects(slab))) / size;
            waits[i / kBits] |= u64{1} << i % kBits;
        };
        for (; list != nullptr; list = link_of(bin, list)) note(list);
        for_each_in(bin, slab, holes, note);
        unsigned free = 0;
        for (usize part = 0; part < kParts; part++) {
            usize i = part * Policy::kPartBytes / size;
            usize end = ((part + 1) * Policy::kPartBytes - 1) / size + 1;
            end = end < capacity ? end : capacity;
            bool all = i < end;
            for (; all && i < end; i++) all = (waits[i / kBits] >> i % kBits & 1) != 0;
            free |= unsigned{all} << part;
        }
        return static_cast<u8>(free);
    }

    // The list without what starts in the parts, the other way round.
    static Ends without(const Bin& bin, Slab& slab, void* list, u8 parts) {
        Ends rest;
        while (list != nullptr) {
            void* object = list;
            list = link_of(bin, object);
            if ((parts >> part_of(slab, object) & 1) != 0) continue;
            link_of(bin, object) = rest.first;
            rest.first = object;
            if (rest.last == nullptr) rest.last = object;
        }
        return rest;
    }

    // Neighbours go in one piece.
    static void give(Slab& slab, unsigned parts) {
        while (parts != 0) {
            const auto first = static_cast<usize>(std::countr_zero(parts));
            const auto count = static_cast<usize>(std::countr_one(parts >> first));
            const usize from = first * Policy::kPartBytes;
            const usize end = end_of(slab, first + count - 1);
            Policy::give_part(Policy::objects(slab) + from, end - from);
            parts &= ~(((1U << count) - 1) << first);
        }
    }

    // `count` objects that were taken from the stack; those that still have memory return to it.
    static void push_back(const Bin& bin, Slab& slab, Ends list, u32 count) {
        if (count == 0) return;
        u64 seen = slab.remote.load(std::memory_order_relaxed);
        Remote next{};
        do {
            void* head = Remote{seen}.head();
            if (list.last != nullptr) link_of(bin, list.last) = head;
            next = Remote::make(list.last != nullptr ? list.first : head,
                                Remote{seen}.count() + count);
        } while (!slab.remote.compare_exchange_weak(seen, next.word, std::memory_order_acq_rel,
                                                    std::memory_order_relaxed));
    }

    // The owner got this from the stack of a slab that has holes, or is about to: with it comes
    // all that starts in them.
    [[gnu::cold]] [[gnu::noinline]] static Remote fill(Slab& slab, Remote got) {
        const Guard guard(Base::owner_of(slab).lock);
        const Bin& bin = *slab.bin.get();
        const Remote more{slab.remote.exchange(0, std::memory_order_acq_rel)};
        void* list = more.head();
        if (got.head() != nullptr) {
            append(bin, got.head(), list);
            list = got.head();
        }
        const u8 holes = slab.holes();
        if (holes != 0) Policy::wants_parts(bytes_of(slab, holes));
        for_each_in(bin, slab, holes, [&](void* object) {
            link_of(bin, object) = list;
            list = object;
        });
        slab.set_holes(0);
        return Remote::make(list, got.count() + more.count());
    }
};

}  // namespace ashlar::slab
