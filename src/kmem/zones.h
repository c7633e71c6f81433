// Zones: page frames by how low their address is, each with its buddy, its
// watermarks and a list of small blocks for every CPU.
//
//   DMA      below 16 MiB
//   DMA32    below 4 GiB
//   NORMAL   the rest, and, when part of the memory is huge pages, all that is
//            not: then only it can be mapped frame by frame
//
// A request names the highest zone it may use and falls back downwards; a lower
// zone keeps a reserve against requests that could do with a higher one.
//
// CPU lists hold blocks of order 0 to 3, filled and emptied in batches, under a
// lock of their own that is nearly always free: somebody else takes it only to
// drain. An interrupt that finds it held goes to the buddy instead.
//
// Watermarks, in frames: an ordinary request must leave `min` free; GFP_ATOMIC
// may go to half and, if marked atomic, to three eighths of it; memory-allocating contexts to
// nothing. Below `low`, requests that may sleep reclaim first.
//
// Lock order: CPU list, then zone. Both keep interrupts of this CPU out.
#pragma once

#include <linux/mmzone.h>

#include "kmem/frame.h"
#include "pages/buddy.h"
#include "port/kernel_context.h"

namespace ashlar::kmem {

inline constexpr unsigned kOrders = MAX_ORDER;
inline constexpr unsigned kListOrders = PAGE_ALLOC_COSTLY_ORDER + 1;

using FrameBuddy = pages::Buddy<kOrders, Kind::FreeDirty>;

struct CpuList {
    kernel::IrqSpinLock lock;
    Page* first[kListOrders] = {};  // linked by lru.next
    u32 blocks[kListOrders] = {};
    u32 frames = 0;
};

struct Watermarks {
    usize min = 0;
    usize low = 0;
    usize high = 0;
};

struct Zone {
    const char* name = "";
    usize first = 0;  // frames [first, end)
    usize end = 0;
    Watermarks marks;
    usize reserve_against[MAX_NR_ZONES] = {};  // by the highest zone the request may use
    u32 batch = 1;                             // frames moved between a CPU's list and the buddy

    kernel::IrqSpinLock lock;
    FrameBuddy buddy;

    CpuList lists[ASHLAR_MAX_CPUS];

    usize managed = 0;  // without holes and what was taken before the start

    usize frames() const { return end - first; }
    usize free_frames() const { return __atomic_load_n(&free_now, __ATOMIC_RELAXED); }
    usize free_now = 0;  // buddy.pages(), readable without the lock
};

extern Zone zones[MAX_NR_ZONES];
extern usize managed_frames;  // of all zones

void start_zones(const ashlar_window& window);
Zone& zone_of(const Page& page);

// The head cell of a block of 1 << order frames, fresh (kind Large, count 0), or null.
Page* take_block(Zone& zone, unsigned order);
void give_block(Zone& zone, Page& page, unsigned order);
// The same by way of the CPU's lists; order < kListOrders.
Page* take_listed(Zone& zone, unsigned order);
void give_listed(Zone& zone, Page& page, unsigned order);

void drain_cpu(Zone& zone, unsigned cpu);
usize listed_frames(const Zone& zone);

// All equations between buddy, lists and descriptors; walks everything. For tests.
bool check_zone(Zone& zone);

}  // namespace ashlar::kmem
