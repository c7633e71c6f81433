// Descriptors: one cell of 64 bytes for every page of a window, in one array.
//
// The array runs parallel to the window, so the descriptor of an address is
// found by arithmetic and nothing is stored beside user data. What a cell
// holds depends on what its page is used for: a free run (src/pages), a slab
// (src/slab), a large or medium block (src/heap). All of them begin with the
// same head, and `kind` says which one it is.
//
// Invariant: `owner` is non-null exactly in cells of slabs. The fast path of
// free rests on it: one comparison with the caller's own shard tells a slab
// of its own from everything else.
//
// Owner and kind may be read by threads that have no lock and no block here: a
// freer that is late, a census. Both are words for that reason, and `kind` is
// written after all else that it speaks for.
#pragma once

#include <new>

#include "core/types.h"
#include "core/word.h"

namespace ashlar {

enum class Kind : u8 {
    None,       // inside a run, or never used
    FreeClean,  // head of a free run whose pages read as zero
    FreeHuge,   // the same, where huge pages may be behind the pages
    FreeDirty,  // head of a free run with memory of earlier use behind it
    FreeLoose,  // a free page of that sort which is in no run
    FreeTail,   // last page of a free run of several
    Purging,    // head of a run on its way from dirty to clean, nobody's meanwhile
    Slab,
    Medium,
    Large,
};

// What lives other than a slab's may use of a cell. Behind it are a slab's
// counts, which a late freer may still read when the slab is gone: as they were, or zeros.
inline constexpr usize kCommonBytes = kCacheLine - 8;

struct DescriptorHead {
    Word<void*> owner;
    Word<Kind> kind;
    u8 order = 0;   // of a buddy's free run: its length is 1 << order pages
    u8 state = 0;   // the user's own
    u8 flags = 0;   // the user's own
    u16 extra = 0;  // the user's own
    // Properties of the page itself, which outlive all uses:
    u8 home = 0;
    Word<u8> piece;  // src/pages/moves.h
};

// Of a free run.
constexpr bool is_free(Kind kind) {
    return kind == Kind::FreeClean || kind == Kind::FreeHuge || kind == Kind::FreeDirty;
}

struct alignas(kCacheLine) Cell {
    DescriptorHead head;
    std::byte body[kCacheLine - sizeof(DescriptorHead)];

    Kind kind() const { return head.kind.load(std::memory_order_acquire); }

    template <class T>
    T& as() {
        static_assert(sizeof(T) <= sizeof(Cell));
        return *std::launder(reinterpret_cast<T*>(this));
    }

    // Starts a new life as a T: all fields as T initialises them and then as
    // prepare(T&) does, before anybody can tell that it is one.
    template <class T, class Prepare>
    T& become(Kind kind, Prepare prepare) {
        static_assert(sizeof(T) <= sizeof(Cell) && alignof(T) <= alignof(Cell));
        const u8 home = head.home;
        const u8 piece = head.piece.get();
        T* fresh = new (this) T;
        fresh->head.home = home;
        fresh->head.piece.set(piece);
        prepare(*fresh);
        fresh->head.kind.store(kind, std::memory_order_release);
        return *fresh;
    }
    template <class T>
    T& become(Kind kind) {
        return become<T>(kind, [](T&) {});
    }

    // Ends the present life; the cell is inside a run or ready for another.
    void clear() {
        const u8 home = head.home;
        const u8 piece = head.piece.get();
        new (this) DescriptorHead;
        head.home = home;
        head.piece.set(piece);
    }

    template <class T>
    static Cell& of(T& descriptor) {
        return *reinterpret_cast<Cell*>(&descriptor);
    }
};

static_assert(sizeof(Cell) == kCacheLine);

}  // namespace ashlar
