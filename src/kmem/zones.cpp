#include "kmem/zones.h"

#include <linux/kernel.h>

#include "core/lock.h"
#include "kmem/fast_frames.h"

namespace ashlar::kmem {

constinit Zone zones[MAX_NR_ZONES]{};
usize managed_frames = 0;
constinit CpuList* first_lists[kZoneFlags + 1]{};

namespace {

using kernel::IrqSpinLock;
using LockGuard = Guard<IrqSpinLock>;

constexpr usize kBlockFrames = usize{1} << (kOrders - 1);
constexpr usize kDmaFrames = (16 * kMiB) >> PAGE_SHIFT;
constexpr usize kDma32Frames = (4 * kGiB) >> PAGE_SHIFT;
// A lower zone keeps one frame for this many that a higher one has.
constexpr usize kLowmemReserveRatio = 256;

pages::Extent extent() {
    return {reinterpret_cast<Cell*>(ashlar_the_layout.memmap), ashlar_the_layout.pages};
}

void nothing(pages::FreeBlock&) {}

// About a thousandth of the zone, at most 1 MiB, a quarter of it, one below a power of two.
u32 batch_of(usize frames) {
    usize batch = frames / 1024;
    const usize most = (1 * kMiB) >> PAGE_SHIFT;
    batch = (batch < most ? batch : most) / 4;
    batch = batch < 1 ? 1 : batch;
    const auto power = static_cast<u32>(std::bit_floor(batch + batch / 2));
    return power > 1 ? power - 1 : 1;
}

// Linux's formula: the square root of 16 times the memory, all in KiB.
usize default_reserve_kib(usize frames) {
    const usize kib = int_sqrt((frames << (PAGE_SHIFT - 10)) * 16);
    return kib < 128 ? 128 : kib > 262144 ? 262144 : kib;
}

void set_watermarks(usize reserve_kib) {
    const usize reserve = reserve_kib >> (PAGE_SHIFT - 10);
    for (Zone& zone : zones) {
        zone.marks.min = managed_frames != 0 ? reserve * zone.managed / managed_frames : 0;
        const usize step = max(zone.marks.min / 4, zone.managed / 1000);
        zone.marks.low = zone.marks.min + step;
        zone.marks.high = zone.marks.min + 2 * step;
        // As Linux has it: the CPUs' lists together hold no more than the low mark.
        const usize share = zone.marks.low / ashlar_port_cpu_count();
        for (CpuList& list : zone.lists)
            list.limit = static_cast<u32>(max<usize>(share, 4 * zone.batch));
    }
    for (int lower = 0; lower < MAX_NR_ZONES; lower++) {
        usize above = 0;
        for (int highest = lower + 1; highest < MAX_NR_ZONES; highest++) {
            above += zones[highest].managed;
            zones[lower].reserve_against[highest] = above / kLowmemReserveRatio;
        }
    }
}

void note_free(Zone& zone) {
    __atomic_store_n(&zone.free_now, zone.buddy.pages(), __ATOMIC_RELAXED);
}

// Under the zone's lock.
Page* take_locked(Zone& zone, unsigned order) {
    pages::FreeBlock* run = zone.buddy.take(order);
    if (run == nullptr) return nullptr;
    const unsigned had = run->head.order;
    Cell& cell = Cell::of(*run);
    Page& page = page_of(cell);
    const usize first = index_of(page);
    cell.clear();
    const usize length = usize{1} << order;
    zone.buddy.give(extent(), first + length, (usize{1} << had) - length, nothing, nothing);
    note_free(zone);
    page.ashlar_kind = static_cast<u8>(Kind::Large);
    page.ashlar_order = static_cast<u8>(order);
    return &page;
}

void give_locked(Zone& zone, Page& page, unsigned order) {
    cell_of(page).clear();
    zone.buddy.give(extent(), index_of(page), usize{1} << order, nothing, nothing);
    note_free(zone);
}

usize batch_frames(const Zone& zone, unsigned order) {
    return max<usize>(zone.batch, usize{1} << order) >> order << order;
}

// At most `frames` frames in blocks of the order go from the buddy to the list, all but the first,
// which is the answer. Whole runs are cut up at once and listed so that they are handed out in the
// order of addresses.
Page* refill(Zone& zone, CpuList& list, unsigned order, usize frames) {
    const LockGuard guard(zone.lock);
    Page* result = nullptr;
    while (frames >> order != 0) {
        pages::FreeBlock* run = zone.buddy.take(order);
        if (run == nullptr) break;
        const usize length = usize{1} << run->head.order;
        const usize used = min(length, frames >> order << order);
        Cell& cell = Cell::of(*run);
        cell.clear();
        Page* first = &page_of(cell);
        zone.buddy.give(extent(), index_of(*first) + used, length - used, nothing, nothing);
        for (usize at = used; at > 0;) {
            at -= usize{1} << order;
            if (result != nullptr) push(list, *result, order);
            result = first + at;
        }
        frames -= used;
    }
    note_free(zone);
    return result;
}

// `frames` frames of the list go back, those of the order last: it is the one in use.
void empty(Zone& zone, CpuList& list, unsigned order, usize frames) {
    const LockGuard guard(zone.lock);
    for (unsigned i = 0; i < kListOrders; i++) {
        order = (order + 1) % kListOrders;
        while (frames > 0) {
            Page* page = pop(list, order);
            if (page == nullptr) break;
            give_locked(zone, *page, order);
            frames -= min(frames, usize{1} << order);
        }
    }
}

void start_lists(const ashlar_window& window) {
    for (u32 flags = 0; flags <= kZoneFlags; flags++) {
        const int highest = (flags & ___GFP_DMA) != 0     ? ZONE_DMA
                            : (flags & ___GFP_DMA32) != 0 ? ZONE_DMA32
                                                          : ZONE_NORMAL;
        // Where nothing suits there is nothing on the lists either.
        first_lists[flags] = zones[highest].lists;
        for (int i = highest; i >= 0; i--) {
            const bool mappable = zones[i].first >= window.mappable_from;
            if (zones[i].frames() == 0 || ((flags & ___GFP_HIGHMEM) != 0 && !mappable)) continue;
            first_lists[flags] = zones[i].lists;
            break;
        }
    }
}

// All that the port has, in falling order of addresses: the lowest are handed out first.
void give_memory() {
    unsigned pieces = 0;
    u64 start = 0;
    u64 end = 0;
    while (ashlar_port_memory(pieces, &start, &end) != 0) pieces++;
    while (pieces-- > 0) {
        ashlar_port_memory(pieces, &start, &end);
        while (end > start) {
            const usize block = align_down(end - 1, kBlockFrames);
            const usize from = max<usize>(block, start);
            Zone& zone = zone_of(ashlar_the_layout.memmap[from]);
            zone.buddy.give(extent(), from, end - from, nothing, nothing);
            end = from;
        }
    }
}

}  // namespace

void start_zones(const ashlar_window& window) {
    const usize frames = window.bytes >> PAGE_SHIFT;
    const usize dma_end = min(frames, kDmaFrames);
    usize dma32_end = min(frames, kDma32Frames);
    if (window.mappable_from > dma_end && window.mappable_from < dma32_end) {
        dma32_end = window.mappable_from;
    }
    const char* names[] = {"DMA", "DMA32", "Normal"};
    const usize ends[] = {dma_end, dma32_end, frames};
    usize first = 0;
    for (int i = 0; i < MAX_NR_ZONES; i++) {
        Zone& zone = zones[i];
        zone.name = names[i];
        zone.first = first;
        zone.end = first = max(ends[i], first);
    }
    give_memory();
    usize managed = 0;
    for (Zone& zone : zones) {
        zone.managed = zone.buddy.pages();
        zone.batch = batch_of(zone.managed);
        managed += zone.managed;
        note_free(zone);
    }
    managed_frames = managed;
    usize reserve = default_reserve_kib(managed);
    char text[24];
    if (ashlar_port_setting("min_free_kbytes", text, sizeof(text)) != 0) {
        unsigned long wanted = 0;
        if (kstrtoul(text, 0, &wanted) != 0 || wanted > frames << (PAGE_SHIFT - 10)) {
            panic("ASHLAR_MACHINE: min_free_kbytes=%s is not a number up to %lu", text,
                  frames << (PAGE_SHIFT - 10));
        }
        reserve = wanted;
    }
    set_watermarks(reserve);
    start_lists(window);
}

Page* take_block(Zone& zone, unsigned order) {
    const LockGuard guard(zone.lock);
    return take_locked(zone, order);
}

void give_block(Zone& zone, Page& page, unsigned order) {
    const LockGuard guard(zone.lock);
    give_locked(zone, page, order);
}

void give_run(Zone& zone, Page& first, usize count) {
    const LockGuard guard(zone.lock);
    zone.buddy.give(extent(), index_of(first), count, nothing, nothing);
    note_free(zone);
}

Page* take_listed(Zone& zone, unsigned order, usize spare) {
    const kernel::IrqsOff off(kernel::self());
    CpuList& list = zone.lists[off.cpu()];
    if (!try_lock(list)) return spare >> order != 0 ? take_block(zone, order) : nullptr;
    Page* page = pop(list, order);
    if (page == nullptr) page = refill(zone, list, order, min(spare, batch_frames(zone, order)));
    unlock(list);
    return page;
}

void give_listed(Zone& zone, Page& page, unsigned order) {
    const kernel::IrqsOff off(kernel::self());
    CpuList& list = zone.lists[off.cpu()];
    if (!try_lock(list)) return give_block(zone, page, order);
    push(list, page, order);
    if (list.frames > list.limit) empty(zone, list, order, batch_frames(zone, order));
    unlock(list);
}

void trim(Zone& zone, unsigned order) {
    const kernel::IrqsOff off(kernel::self());
    CpuList& list = zone.lists[off.cpu()];
    if (!try_lock(list)) return;
    if (list.frames > list.limit) empty(zone, list, order, batch_frames(zone, order));
    unlock(list);
}

void drain_cpu(Zone& zone, unsigned cpu) {
    const kernel::IrqsOff off(kernel::self());
    CpuList& list = zone.lists[cpu];
    for (unsigned turns = 0; !try_lock(list); turns++) ashlar_port_spin(turns);
    empty(zone, list, 0, list.frames);
    unlock(list);
}

usize listed_frames(const Zone& zone) {
    usize frames = 0;
    for (const CpuList& list : zone.lists) frames += kernel::peek(list.frames);
    return frames;
}

bool check_zone(Zone& zone) {
    const LockGuard guard(zone.lock);
    bool good = true;
    usize counted = 0;
    for (usize at = zone.first; at < zone.end;) {
        const Page& page = ashlar_the_layout.memmap[at];
        if (kind_of(page) != Kind::FreeDirty) {
            at++;
            continue;
        }
        const usize length = usize{1} << page.ashlar_order;
        good &= at % length == 0 && at + length <= zone.end;
        // Two free buddies of one order would have merged.
        const usize other = at ^ length;
        const Page& buddy = ashlar_the_layout.memmap[other < zone.end ? other : at];
        good &= page.ashlar_order == kOrders - 1 || other >= zone.end ||
                kind_of(buddy) != Kind::FreeDirty || buddy.ashlar_order != page.ashlar_order;
        counted += length;
        at += length;
    }
    return good && counted == zone.buddy.pages() && counted == zone.free_now;
}

}  // namespace ashlar::kmem
