// Memory before there are frames: the pieces that the firmware says are usable,
// less what is taken. A piece is taken from the top, so that low memory, which
// some devices need, stays free.
//
// Once the library has asked for its frames (ashlar_port_memory), everything
// that is left is the library's, and later requests are served from a pool that
// was kept back: tasks, their stacks and per-CPU copies.

#include "port/x86_64/machine.h"

namespace ashlar::x86 {
namespace {

struct Piece {
    u64 start;
    u64 end;
};
constexpr usize kMost = 64;
Piece pieces[kMost];
usize count = 0;
bool over = false;

u64 pool = 0;
u64 pool_end = 0;
SpinLock pool_lock;

// Stacks of 128 tasks, and as much again for tables; or a 64th of a small machine.
constexpr u64 kPoolBytes = 4 * kMiB;

void insert(u64 start, u64 end) {
    if (start >= end) return;
    if (count == kMost) refuse("the memory map has too many pieces");
    usize at = count++;
    for (; at > 0 && pieces[at - 1].start > start; at--) pieces[at] = pieces[at - 1];
    pieces[at] = {start, end};
}

// Page tables of the boot map only reach the first 4 GiB.
constexpr u64 kReach = 4 * kGiB;

u64 take(u64 bytes) {
    for (usize i = count; i > 0; i--) {
        Piece& piece = pieces[i - 1];
        const u64 end = piece.end < kReach ? piece.end : kReach;
        if (piece.start >= end || end - piece.start < bytes) continue;
        const u64 got = end - bytes;
        if (end == piece.end) {
            piece.end = got;
        } else {
            const u64 rest = piece.end;
            piece.end = got;
            insert(end, rest);
        }
        return got;
    }
    return 0;
}

}  // namespace

void early_add(u64 start, u64 end) {
    insert((start + kPage - 1) & ~u64{kPage - 1}, end & ~u64{kPage - 1});
}

void early_remove(u64 start, u64 end) {
    start &= ~u64{kPage - 1};
    end = (end + kPage - 1) & ~u64{kPage - 1};
    for (usize i = 0; i < count; i++) {
        const Piece old = pieces[i];
        if (end <= old.start || start >= old.end) continue;
        pieces[i].end = start > old.start ? start : old.start;
        if (end < old.end) insert(end, old.end);
    }
}

u64 early_pages(usize bytes) {
    bytes = (bytes + kPage - 1) & ~(kPage - 1);
    u64 got = 0;
    if (!over) {
        got = take(bytes);
    } else {
        const Masked masked;
        pool_lock.lock();
        if (pool_end - pool >= bytes) {
            got = pool;
            pool += bytes;
        }
        pool_lock.unlock();
    }
    if (got != 0) __builtin_memset(linear(got), 0, bytes);
    return got;
}

bool early_is_over() {
    return over;
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

void* ashlar_port_early(size_t bytes) {
    const u64 got = early_pages(bytes);
    return got != 0 ? linear(got) : nullptr;
}

int ashlar_port_memory(unsigned index, uint64_t* first, uint64_t* end) {
    if (!over) {
        u64 all = 0;
        for (usize i = 0; i < count; i++) all += pieces[i].end - pieces[i].start;
        const u64 bytes = kPoolBytes < all / 32 ? kPoolBytes : all / 32 & ~u64{kPage - 1};
        pool = take(bytes);
        pool_end = pool == 0 ? 0 : pool + bytes;
        over = true;
    }
    // Pieces that shrank to nothing are passed over.
    for (usize i = 0; i < count; i++) {
        if (pieces[i].start >= pieces[i].end) continue;
        if (index-- != 0) continue;
        *first = pieces[i].start / kPage;
        *end = pieces[i].end / kPage;
        return 1;
    }
    return 0;
}
