#include "assemble/preload/statistics.h"

#include <cstring>

#include "observe/report.h"

using ashlar::usize;
using ashlar::Writer;
using ashlar::preload::ProcessHeap;

namespace ashlar::preload {

namespace {

ashlar_kind_stats kind_of(const heap::KindCensus& census) {
    return {census.bytes, census.blocks, census.units * heap::kUnit};
}

}  // namespace

ashlar_stats statistics_of(const heap::Census& census) {
    static_assert(classes::kCount <= ASHLAR_STATS_CLASSES);
    ashlar_stats stats{};
    stats.size = sizeof(stats);
    stats.small = kind_of(census.small);
    stats.medium = kind_of(census.medium);
    stats.large = kind_of(census.large);
    stats.live_bytes = census.live_bytes();
    stats.live_blocks = census.live_blocks();
    stats.cached_bytes = census.cached_bytes;
    stats.address_bytes = census.spans.window_pages * heap::kUnit;
    stats.dirty_bytes = census.spans.dirty_pages * heap::kUnit;
    stats.purged_bytes = census.spans.purged_pages * heap::kUnit;
    stats.purges = census.spans.purges;
    stats.shards = census.shards;
    stats.idle_shards = census.idle_shards;
    stats.private_heaps = census.private_heaps;
    for (usize i = 0; i < classes::kCount; i++) {
        if (census.class_slabs[i] == 0) continue;
        stats.classes[stats.class_count++] = {
            classes::kSizes[i], static_cast<u32>(census.class_slabs[i]), census.class_blocks[i]};
    }
    return stats;
}

}  // namespace ashlar::preload

namespace {

// The caller's struct may be older or newer than ours: its `size` says.
void copy_out(ashlar_stats ours, ashlar_stats* stats, usize size) {
    ours.size = size < sizeof(ours) ? size : sizeof(ours);
    std::memcpy(stats, &ours, ours.size);
}

template <class Write>
usize write_text(Write write, const ashlar_stats* stats, char* text, usize size) {
    Writer out(text, size);
    if (stats != nullptr) {
        ashlar_stats ours{};
        std::memcpy(&ours, stats, stats->size < sizeof(ours) ? stats->size : sizeof(ours));
        write(out, ours);
    } else {
        write(out, ashlar::preload::current_statistics());
    }
    return out.needed();
}

}  // namespace

void ashlar_stats_get(ashlar_stats* stats, usize size) noexcept {
    copy_out(ashlar::preload::current_statistics(), stats, size);
}

void ashlar_heap_stats_get(ashlar_heap* handle, ashlar_stats* stats, usize size) noexcept {
    auto* heap = ashlar::preload::living_heap(handle);
    if (heap == nullptr) return copy_out({}, stats, size);
    copy_out(ashlar::preload::statistics_of(ashlar::preload::CensusTaker::take(*heap)), stats,
             size);
}

usize ashlar_stats_json(const ashlar_stats* stats, char* text, usize size) noexcept {
    return write_text(ashlar::observe::write_json, stats, text, size);
}

usize ashlar_stats_table(const ashlar_stats* stats, char* text, usize size) noexcept {
    return write_text(ashlar::observe::write_table, stats, text, size);
}
