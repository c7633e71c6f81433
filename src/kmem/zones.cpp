#include "kmem/zones.h"

#include <linux/kernel.h>

#include "core/lock.h"

namespace ashlar::kmem {

constinit Zone zones[MAX_NR_ZONES]{};
usize managed_frames = 0;

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

void nothing(pages::FreeRun&) {}

// About a thousandth of the zone, at most 1 MiB, a quarter of it, one below a power of two.
u32 batch_of(usize frames) {
    usize batch = frames / 1024;
    const usize most = (1 * kMiB) >> PAGE_SHIFT;
    batch = (batch < most ? batch : most) / 4;
    batch = batch < 1 ? 1 : batch;
    return (u32{1} << log2_floor(batch + batch / 2)) - 1 == 0
               ? 1
               : (u32{1} << log2_floor(batch + batch / 2)) - 1;
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
    pages::FreeRun* run = zone.buddy.take(order);
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

u32 batch_blocks(const Zone& zone, unsigned order) {
    const u32 blocks = zone.batch >> order;
    return blocks < 1 ? 1 : blocks;
}

void push(CpuList& list, Page& page, unsigned order) {
    page.ashlar_kind = static_cast<u8>(Kind::None);
    page.ashlar_state = kCached;
    page.ashlar_order = static_cast<u8>(order);
    page.lru.next = reinterpret_cast<list_head*>(list.first[order]);
    list.first[order] = &page;
    list.blocks[order]++;
    list.frames += 1u << order;
}

Page* pop(CpuList& list, unsigned order) {
    Page* page = list.first[order];
    if (page == nullptr) return nullptr;
    list.first[order] = reinterpret_cast<Page*>(page->lru.next);
    list.blocks[order]--;
    list.frames -= 1u << order;
    page->ashlar_kind = static_cast<u8>(Kind::Large);
    page->ashlar_state = kPlain;
    page->ashlar_order = static_cast<u8>(order);
    return page;
}

void empty_locked(Zone& zone, CpuList& list, unsigned order, u32 blocks) {
    const LockGuard guard(zone.lock);
    while (blocks-- > 0) {
        Page* page = pop(list, order);
        if (page == nullptr) return;
        give_locked(zone, *page, order);
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
}

Zone& zone_of(const Page& page) {
    const usize index = index_of(page);
    return index < zones[ZONE_DMA].end     ? zones[ZONE_DMA]
           : index < zones[ZONE_DMA32].end ? zones[ZONE_DMA32]
                                           : zones[ZONE_NORMAL];
}

Page* take_block(Zone& zone, unsigned order) {
    const LockGuard guard(zone.lock);
    return take_locked(zone, order);
}

void give_block(Zone& zone, Page& page, unsigned order) {
    const LockGuard guard(zone.lock);
    give_locked(zone, page, order);
}

Page* take_listed(Zone& zone, unsigned order) {
    kernel::Context& context = kernel::self();
    const kernel::Pinned pinned(context);
    CpuList& list = zone.lists[pinned.cpu()];
    const LockGuard guard(list.lock);
    if (Page* page = pop(list, order)) return page;
    const LockGuard zone_guard(zone.lock);
    // In the order of addresses: the first taken is handed out last, so it goes in first.
    Page* result = nullptr;
    for (u32 i = batch_blocks(zone, order); i > 0; i--) {
        Page* page = take_locked(zone, order);
        if (page == nullptr) break;
        if (result != nullptr) push(list, *result, order);
        result = page;
    }
    return result;
}

void give_listed(Zone& zone, Page& page, unsigned order) {
    kernel::Context& context = kernel::self();
    const kernel::Pinned pinned(context);
    CpuList& list = zone.lists[pinned.cpu()];
    const LockGuard guard(list.lock);
    push(list, page, order);
    const u32 batch = batch_blocks(zone, order);
    if (list.blocks[order] > 3 * batch) empty_locked(zone, list, order, 2 * batch);
}

void drain_cpu(Zone& zone, unsigned cpu) {
    CpuList& list = zone.lists[cpu];
    const LockGuard guard(list.lock);
    for (unsigned order = 0; order < kListOrders; order++) {
        empty_locked(zone, list, order, list.blocks[order]);
    }
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
