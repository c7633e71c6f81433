#include "heap/buffer_heap.h"

#include <cstring>
#include <new>

namespace ashlar::heap {

BufferHeap* BufferHeap::init(void* buffer, usize size) {
    const usize lost = align_up(address(buffer), kUnit) - address(buffer);
    if (buffer == nullptr || size < lost) return nullptr;
    usize units = (size - lost) >> kUnitShift;
    if (units >= kMostUnits) units = kMostUnits - 1;
    const unsigned rows = row_of(static_cast<Units>(units)) + 1;
    const usize control = control_bytes(rows);
    const usize first = ceil_div(control + kHeader, kUnit);
    if (units < first + 1) return nullptr;

    auto* heap = new (static_cast<char*>(buffer) + lost) BufferHeap;
    std::memset(static_cast<void*>(heap), 0, control);
    heap->magic_ = kMagic;
    heap->first_ = static_cast<Units>(first);
    heap->end_ = static_cast<Units>(units);
    heap->rows_ = rows;
    heap->header(heap->end_) = {0, 0};
    heap->header(heap->first_).before = 0;
    heap->set_length(heap->first_, heap->end_ - heap->first_, true);
    heap->insert(heap->first_);
    return heap;
}

BufferHeap* BufferHeap::attach(void* buffer, usize size) {
    const usize lost = align_up(address(buffer), kUnit) - address(buffer);
    if (buffer == nullptr || size < lost + sizeof(BufferHeap)) return nullptr;
    auto* heap = reinterpret_cast<BufferHeap*>(static_cast<char*>(buffer) + lost);
    if (heap->magic_ != kMagic || heap->end_ > (size - lost) >> kUnitShift) return nullptr;
    return heap->check_invariants() ? heap : nullptr;
}

// --- bins ---

void BufferHeap::insert(Units block) {
    const Bin bin = bin_of(header(block).length());
    Units& first = head(bin);
    links(block) = {first, 0};
    if (first != 0) links(first).prev = block;
    first = block;
    row_map_ |= u32{1} << bin.row;
    columns(bin.row) = static_cast<u8>(columns(bin.row) | 1U << bin.column);
}

void BufferHeap::remove(Units block) {
    const Bin bin = bin_of(header(block).length());
    const Links own = links(block);
    (own.prev != 0 ? links(own.prev).next : head(bin)) = own.next;
    if (own.next != 0) links(own.next).prev = own.prev;
    if (head(bin) != 0) return;
    columns(bin.row) = static_cast<u8>(columns(bin.row) & ~(1U << bin.column));
    if (columns(bin.row) == 0) row_map_ &= ~(u32{1} << bin.row);
}

// A free block of at least `length`, in constant time; 0 if no bin promises one.
BufferHeap::Units BufferHeap::find(usize length) const {
    if (length > end_ - first_) return 0;
    const Bin least = bin_of(bin_start(static_cast<Units>(length)));
    if (least.row >= rows_) return 0;
    const unsigned here = columns(least.row) & ~0U << least.column;
    if (here != 0) {
        return head({least.row, static_cast<unsigned>(std::countr_zero(here))});
    }
    const u32 above = row_map_ & ~((u32{2} << least.row) - 1);
    if (above == 0) return 0;
    const auto row = static_cast<unsigned>(std::countr_zero(above));
    return head({row, static_cast<unsigned>(std::countr_zero(unsigned{columns(row)}))});
}

// The same among the first few blocks that may be long enough or not.
BufferHeap::Units BufferHeap::look_for(usize length, usize align) const {
    if (length > end_ - first_) return 0;
    int looks = kLooks;
    for (Units start = static_cast<Units>(length); looks > 0;) {
        const Bin bin = bin_of(start);
        if (bin.row >= rows_) return 0;
        for (Units b = head(bin); b != 0 && looks > 0; b = links(b).next, looks--) {
            if (header(b).length() >= length + gap_before(b, align)) return b;
        }
        // On to the next bin that is not empty.
        const unsigned width = width_shift(bin.row);
        start = static_cast<Units>((usize{start} >> width << width) + (usize{1} << width));
        const Units next = find(start);
        if (next == 0) return 0;
        start = header(next).length();
    }
    return 0;
}

// --- blocks ---

void BufferHeap::set_length(Units block, Units length, bool free) {
    header(block).length_and_free = length | (free ? Header::kFree : 0);
    header(block + length).before = length;
}

// A live block gives back what is beyond `length`.
void BufferHeap::trim(Units block, Units length) {
    const Units had = header(block).length();
    if (had == length) return;
    const Units rest = block + length;
    Units rest_length = had - length;
    const Units next = block + had;
    if (header(next).is_free()) {
        remove(next);
        rest_length += header(next).length();
    }
    set_length(block, length, false);
    set_length(rest, rest_length, true);
    insert(rest);
    used_ -= had - length;
}

// A free block in a bin becomes a live one, as long as it is.
void BufferHeap::take(Units block) {
    remove(block);
    header(block).length_and_free &= ~Header::kFree;
    used_ += header(block).length();
    live_++;
}

void* BufferHeap::hand_out(Units block, Units length) {
    take(block);
    trim(block, length);
    note_peak();
    return at(block);
}

void* BufferHeap::allocate(usize size) {
    const usize length = units_for(size);
    Units block = find(length);
    if (block == 0) block = look_for(length, kUnit);
    return block == 0 ? nullptr : hand_out(block, static_cast<Units>(length));
}

void* BufferHeap::allocate_aligned(usize size, usize align) {
    if (align <= kUnit) return allocate(size);
    const usize length = units_for(size);
    const usize most_gap = align / kUnit - 1;
    Units block = most_gap < kMostUnits ? find(length + most_gap) : 0;
    if (block == 0) block = look_for(length, align);
    if (block == 0) return nullptr;
    const auto gap = static_cast<Units>(gap_before(block, align));
    if (gap != 0) {
        // The gap stays free, what is behind it becomes a block of its own.
        const Units rest = header(block).length() - gap;
        remove(block);
        set_length(block, gap, true);
        insert(block);
        block += gap;
        set_length(block, rest, true);
        insert(block);
    }
    return hand_out(block, static_cast<Units>(length));
}

BufferHeap::Verdict BufferHeap::examine(const void* p) const {
    const uptr offset = address(p) - address(this);
    if (!is_aligned(offset, kUnit) || offset < first_ * kUnit || offset >= end_ * kUnit) {
        return Verdict::NoBlock;
    }
    const Units block = unit_of(p);
    const Header& own = header(block);
    if (own.length() == 0 || own.length() > end_ - block) return Verdict::NoBlock;
    if (own.is_free()) return Verdict::Free;
    if (header(block + own.length()).before != own.length()) return Verdict::NoBlock;
    if (own.before > block - first_) return Verdict::NoBlock;
    const bool first = block == first_;
    if (first != (own.before == 0)) return Verdict::NoBlock;
    if (!first && header(block - own.before).length() != own.before) return Verdict::NoBlock;
    return Verdict::Live;
}

void BufferHeap::deallocate(void* p) {
    Units block = unit_of(p);
    Units length = header(block).length();
    used_ -= length;
    live_--;
    // The mark stays in the header even when the block disappears into the one
    // before: freeing it again is recognised until the memory is used anew.
    header(block).length_and_free |= Header::kFree;
    const Units next = block + length;
    if (header(next).is_free()) {
        remove(next);
        length += header(next).length();
    }
    const Units before = header(block).before;
    if (before != 0 && header(block - before).is_free()) {
        block -= before;
        remove(block);
        length += before;
    }
    set_length(block, length, true);
    insert(block);
}

// Takes what is missing from the free block behind.
bool BufferHeap::grow(Units block, Units length) {
    const Units had = header(block).length();
    const Units next = block + had;
    if (!header(next).is_free() || had + header(next).length() < length) return false;
    const Units more = header(next).length();
    remove(next);
    set_length(block, had + more, false);
    used_ += more;
    trim(block, length);
    note_peak();
    return true;
}

// The same with the free block before: the contents move down. Null: no room.
void* BufferHeap::grow_down(Units block, Units length, usize bytes) {
    const Units before = header(block).before;
    if (before == 0 || !header(block - before).is_free()) return nullptr;
    const Units next = block + header(block).length();
    const Units behind = header(next).is_free() ? header(next).length() : 0;
    const Units total = before + header(block).length() + behind;
    if (total < length) return nullptr;
    if (behind != 0) remove(next);
    remove(block - before);
    used_ += before + behind;
    std::memmove(at(block - before), at(block), bytes);
    set_length(block - before, total, false);
    trim(block - before, length);
    note_peak();
    return at(block - before);
}

void* BufferHeap::reallocate(void* p, usize size) {
    const Units block = unit_of(p);
    const usize wanted = units_for(size);
    if (wanted > end_ - first_) return nullptr;
    const auto length = static_cast<Units>(wanted);
    if (length <= header(block).length()) {
        trim(block, length);
        return p;
    }
    if (grow(block, length)) return p;
    const usize bytes = usable_size(p);
    void* moved = allocate(size);
    if (moved == nullptr) return grow_down(block, length, bytes);
    std::memcpy(moved, p, bytes);
    deallocate(p);
    return moved;
}

// --- looking at the whole ---

BufferFigures BufferHeap::figures() const {
    BufferFigures result{};
    result.capacity = (end_ - first_) * kUnit;
    result.used = used_ * kUnit;
    result.peak_used = peak_ * kUnit;
    result.live_blocks = live_;
    Units longest = 0;
    for (Units block = first_; block != end_; block += header(block).length()) {
        if (!header(block).is_free()) continue;
        result.free_blocks++;
        longest = header(block).length() > longest ? header(block).length() : longest;
    }
    result.largest_free = longest == 0 ? 0 : longest * kUnit - kHeader;
    return result;
}

static u64 mixed(u64 x) {
    x *= 0x9e3779b97f4a7c15ULL;
    return x ^ x >> 29;
}

bool BufferHeap::check_invariants() const {
    if (first_ >= end_ || rows_ != row_of(end_) + 1 ||
        first_ != ceil_div(control_bytes(rows_) + kHeader, kUnit)) {
        return false;
    }
    u32 live = 0;
    Units used = 0;
    // The free blocks, and the same set's fingerprint: memory holds headers of
    // former blocks, which bins must not lead to.
    Units free_blocks = 0;
    u64 fingerprint = 0;
    Units before = 0;
    bool before_free = false;
    for (Units block = first_; block != end_;) {
        const Header& own = header(block);
        if (own.length() == 0 || own.length() > end_ - block || own.before != before) return false;
        if (own.is_free() && before_free) return false;
        if (own.is_free()) {
            free_blocks++;
            fingerprint += mixed(block);
        } else {
            live++;
            used += own.length();
        }
        before = own.length();
        before_free = own.is_free();
        block += own.length();
    }
    if (header(end_).before != before || header(end_).length_and_free != 0) return false;

    for (unsigned row = 0; row < rows_; row++) {
        if ((columns(row) != 0) != ((row_map_ >> row & 1) != 0)) return false;
        for (unsigned column = 0; column < kColumns; column++) {
            const Units first = head({row, column});
            if ((first != 0) != ((columns(row) >> column & 1) != 0)) return false;
            Units prev = 0;
            for (Units block = first; block != 0; block = links(block).next) {
                if (block < first_ || block >= end_ || !header(block).is_free()) return false;
                const Bin bin = bin_of(header(block).length());
                if (bin.row != row || bin.column != column || links(block).prev != prev) {
                    return false;
                }
                if (free_blocks-- == 0) return false;
                fingerprint -= mixed(block);
                prev = block;
            }
        }
    }
    return free_blocks == 0 && fingerprint == 0 && (row_map_ >> rows_) == 0 && live == live_ &&
           used == used_ && used <= peak_;
}

}  // namespace ashlar::heap
