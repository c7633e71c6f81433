// A heap over a buffer that the program gives: a static array, a piece of
// shared memory, a file that is mapped. Nothing outside of the buffer is
// touched or needed, no system, no thread, no C library.
//
// The design is a two-level segregated fit, after Masmano, Ripoll, Crespo and
// Real (2004), who showed that good fit in bounded time needs no more than two
// bitmaps. Slabs and the buddy, which serve the other heaps of this library,
// want a descriptor of 64 bytes a page beside the memory; in a buffer of a
// kibibyte there is no room for that.
//
//   buffer   | control | block | block | block | ... | end |
//   block    | header | payload, 16 n - 8 bytes |      header: 8 bytes
//
// Sizes are counted in units of 16 bytes, header included. Every header tells
// its block's length, the length of the block before it, and whether it is
// free; so neighbours are found, merged and verified in constant time. The
// free blocks of like length form a bin, a doubly linked list through their
// payloads:
//
//   row 0      lengths 1..7                     one length a bin
//   row r > 0  lengths [8, 16) << (r - 1)       8 bins, each 1 << (r - 1) wide
//
// One word says which rows, and a byte of each row which bins, are not empty.
// A request is rounded up to the next bin's start, so that any block of the
// first bin found fits: two bit scans, no search. Only if that finds nothing
// are a few blocks of the request's own bin looked at. Rounding wastes no
// memory (the rest is cut off), it only passes over blocks that are less than
// an eighth too long.
//
// All links are distances from the control, none is an address: the buffer may
// be mapped elsewhere the next time and used on (attach).
//
// Invariants: the lengths of all blocks, in order, reach exactly to the end; no
// two free blocks are neighbours; free blocks and only they are in bins, each
// in that of its length; bitmaps have a bit for exactly the bins with blocks.
//
// Not synchronised: one call at a time for each heap.
#pragma once

#include "core/bits.h"
#include "core/types.h"

namespace ashlar::heap {

struct BufferFigures {
    usize capacity;   // bytes for blocks and their headers
    usize used;       // of them in live blocks, with headers
    usize peak_used;  // the most that ever was
    usize live_blocks;
    usize free_blocks;   // pieces that free memory is in
    usize largest_free;  // the longest block that can be had
};

class BufferHeap {
  public:
    static constexpr unsigned kUnitShift = 4;
    static constexpr usize kUnit = usize{1} << kUnitShift;
    static_assert(kUnit == kMinAlign);

    // Makes [buffer, buffer + size) an empty heap, whatever was there. Null if
    // it is too small for the control and one block. What is beyond 32 GiB, or
    // less than a unit at either end, stays unused.
    static BufferHeap* init(void* buffer, usize size);

    // The heap that an earlier init made there, perhaps at another address and
    // in another process, with all its blocks. Null if there is none or it is
    // damaged: everything is verified, in time proportional to its blocks.
    static BufferHeap* attach(void* buffer, usize size);

    // Null: no free block is long enough.
    void* allocate(usize size);
    // `align` is a power of two. Holds for the buffer's present address.
    void* allocate_aligned(usize size, usize align);
    // The block with its contents and room for `size` bytes; null leaves it as
    // it was. Grows in place when it can, downwards as the last resort.
    void* reallocate(void* p, usize size);

    // How a pointer that is given back relates to the heap.
    enum class Verdict : u8 { Live, Free, NoBlock };
    Verdict examine(const void* p) const;
    // `p` is Live.
    void deallocate(void* p);
    usize usable_size(const void* p) const { return header(unit_of(p)).length() * kUnit - kHeader; }

    // Whether `p` lies in the heap's part of the buffer.
    bool contains(const void* p) const { return address(p) - address(this) < end_ * kUnit; }

    BufferFigures figures() const;
    // All invariants, in time proportional to the number of blocks.
    bool check_invariants() const;

  private:
    using Units = u32;  // a length, or a distance from the control

    static constexpr usize kHeader = 8;
    static constexpr unsigned kColumns = 8;
    static constexpr unsigned kColumnsShift = 3;
    static constexpr usize kMostUnits = usize{1} << 31;
    static constexpr unsigned kMostRows = 29;
    static constexpr u64 kMagic = 0x31'62'72'61'6c'68'73'61;  // "ashlarb1"
    // Blocks looked at where fitting is not certain.
    static constexpr int kLooks = 8;

    // Before a block's payload.
    struct Header {
        static constexpr u32 kFree = u32{1} << 31;
        u32 length_and_free;
        u32 before;  // length of the block before; 0 in the first

        Units length() const { return length_and_free & ~kFree; }
        bool is_free() const { return (length_and_free & kFree) != 0; }
    };
    static_assert(sizeof(Header) == kHeader);

    // In the payload of a free block.
    struct Links {
        Units next;
        Units prev;
    };
    static_assert(sizeof(Links) <= kUnit - kHeader);

    struct Bin {
        unsigned row;
        unsigned column;
    };

    // --- geometry ---

    static constexpr unsigned row_of(Units length) {
        return length < kColumns ? 0 : log2_floor(length) - kColumnsShift + 1;
    }
    static constexpr unsigned width_shift(unsigned row) { return row == 0 ? 0 : row - 1; }
    static constexpr Bin bin_of(Units length) {
        const unsigned row = row_of(length);
        return {row, length >> width_shift(row) & (kColumns - 1)};
    }
    // The length of the shortest block of the first bin that only has blocks of `length` or more.
    static constexpr Units bin_start(Units length) {
        return static_cast<Units>(align_up(length, usize{1} << width_shift(row_of(length))));
    }
    // Of a block of `size` bytes; more than any heap has if there can be none.
    static constexpr usize units_for(usize size) {
        return size > kMostUnits * kUnit ? kMostUnits : ceil_div(size + kHeader, kUnit);
    }
    static constexpr usize control_bytes(unsigned rows) {
        return sizeof(BufferHeap) + rows * (kColumns * sizeof(Units) + 1);
    }

    char* at(Units unit) const {
        return const_cast<char*>(reinterpret_cast<const char*>(this)) + usize{unit} * kUnit;
    }
    Header& header(Units unit) const { return *reinterpret_cast<Header*>(at(unit) - kHeader); }
    Links& links(Units unit) const { return *reinterpret_cast<Links*>(at(unit)); }
    Units unit_of(const void* p) const {
        return static_cast<Units>((address(p) - address(this)) >> kUnitShift);
    }

    Units* heads() const { return reinterpret_cast<Units*>(const_cast<BufferHeap*>(this) + 1); }
    Units& head(Bin bin) const { return heads()[bin.row * kColumns + bin.column]; }
    u8& columns(unsigned row) const {
        return reinterpret_cast<u8*>(heads() + rows_ * kColumns)[row];
    }

    // --- bins ---

    void insert(Units block);
    void remove(Units block);
    Units find(usize length) const;
    Units look_for(usize length, usize align) const;
    // How far behind `block` the first payload aligned so lies.
    usize gap_before(Units block, usize align) const {
        return (align_up(address(at(block)), align) - address(at(block))) >> kUnitShift;
    }

    // --- blocks ---

    void set_length(Units block, Units length, bool free);
    void trim(Units block, Units length);
    void take(Units block);
    void* hand_out(Units block, Units length);
    bool grow(Units block, Units length);
    void* grow_down(Units block, Units length, usize bytes);
    void note_peak() { peak_ = used_ > peak_ ? used_ : peak_; }

    u64 magic_;
    Units first_;  // of the first block
    Units end_;    // of the end's header, a block of length 0
    Units used_;
    Units peak_;
    u32 live_;
    u32 rows_;
    u32 row_map_;                  // a bit for each row with a block
    [[maybe_unused]] u32 unused_;  // the bins' heads follow, then a byte for each row
};

}  // namespace ashlar::heap
