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
// CPU lists hold blocks of order 0 to 3, filled and emptied in batches. A list is
// its CPU's while interrupts are off; it has a lock because others may drain it.
// Nobody but a drainer waits for that lock: who finds it held goes to the buddy.
//
// Watermarks, in frames: an ordinary request must leave `min` free; GFP_ATOMIC
// may go to half and, if marked atomic, to three eighths of it; memory-allocating contexts to
// nothing. Below `low`, requests that may sleep reclaim first.
//
// Lock order: CPU list, then zone. Both keep interrupts of this CPU out.
#pragma once

#include <linux/gfp_types.h>
#include <linux/mmzone.h>

#include "kmem/frame.h"
#include "pages/buddy.h"
#include "port/kernel_context.h"

namespace ashlar::kmem {

inline constexpr unsigned kOrders = MAX_ORDER;
inline constexpr unsigned kListOrders = PAGE_ALLOC_COSTLY_ORDER + 1;

using FrameBuddy = pages::Buddy<kOrders, Kind::FreeDirty>;

struct alignas(kCacheLine) CpuList {
    u32 held = 0;
    u32 frames = 0;                 // of all orders
    u32 limit = 0;                  // above it, a batch goes back
    Page* first[kListOrders] = {};  // linked by lru.next
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

extern Zone zones[MAX_NR_ZONES] __attribute__((visibility("hidden")));
extern usize managed_frames;  // of all zones

void start_zones(const ashlar_window& window);
inline Zone& zone_of(const Page& page) {
    const usize index = index_of(page);
    return index < zones[ZONE_DMA].end     ? zones[ZONE_DMA]
           : index < zones[ZONE_DMA32].end ? zones[ZONE_DMA32]
                                           : zones[ZONE_NORMAL];
}

// The lists of the first zone that a request may use, by its flags. Before the zones start there is
// none that has anything.
inline constexpr u32 kZoneFlags = ___GFP_DMA | ___GFP_HIGHMEM | ___GFP_DMA32;
extern CpuList* first_lists[kZoneFlags + 1] __attribute__((visibility("hidden")));

// The head cell of a block of 1 << order frames (kind Large, count 0), or null.
Page* take_block(Zone& zone, unsigned order);
void give_block(Zone& zone, Page& page, unsigned order);
// Any number of frames, whose descriptors say nothing any more.
void give_run(Zone& zone, Page& first, usize count);
// The same by way of the CPU's lists; order < kListOrders. At most `spare` frames leave the buddy.
Page* take_listed(Zone& zone, unsigned order, usize spare);
void give_listed(Zone& zone, Page& page, unsigned order);
// The list holds more than its limit: a batch of it goes back.
void trim(Zone& zone, unsigned order);

void drain_cpu(Zone& zone, unsigned cpu);
usize listed_frames(const Zone& zone);

// All equations between buddy, lists and descriptors; walks everything. For tests.
bool check_zone(Zone& zone);

}  // namespace ashlar::kmem
