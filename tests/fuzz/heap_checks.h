// Everything that must hold for a heap at rest, read from its descriptors.
// The caller excludes all activity.
#pragma once

#include "heap/census.h"
#include "heap/heap.h"

namespace ashlar::fuzz {

// The equations on top of heap/medium.h.
template <class Port>
const char* chunk_fault(Cell& first) {
    heap::Chunk chunk(first);
    const auto* lengths =
        reinterpret_cast<const u16*>(heap::Memory<Port>::windows().side_of(first));
    usize free = 0;
    usize run = 0;
    usize longest = 0;
    usize block_end = 0;
    for (usize g = 0; g < heap::kChunkGranules; g++) {
        const bool used = chunk.is_used(g);
        if (lengths[g] != 0) {
            if (!used || g < block_end) return "a medium block's place";
            block_end = g + (lengths[g] & ~heap::kCachedFlag);
        }
        if (used != (g < block_end)) return "a medium block's bits";
        run = used ? 0 : run + 1;
        longest = run > longest ? run : longest;
        free += used ? 0 : 1;
        if (used && !chunk.is_touched(g, 1)) return "a used page that is not touched";
    }
    if (block_end > heap::kChunkGranules) return "a medium block's end";
    if (free != chunk.head().free_granules) return "a chunk's free granules";
    if (longest > chunk.head().longest) return "a chunk's longest run";
    return nullptr;
}

// Null when all is well, else what is wrong.
template <class Port>
const char* find_fault() {
    using Mem = heap::Memory<Port>;
    using Pool = heap::Shards<Port>;
    if (!Mem::spans.check_invariants()) return "the spans' invariants";
    const char* fault = nullptr;
    Pool::for_each([&](heap::Shard<Port>& shard) {
        u32 partial = 0;
        for (auto& bin : shard.bins) {
            if (!Mem::Engine::check_invariants(shard, bin)) fault = "a bin's invariants";
            for (auto* s = bin.partial.front(); s != nullptr; s = bin.partial.next(*s)) partial++;
        }
        if (shard.partial_slabs.load() != partial) fault = "the count of partial slabs";
        usize cached = 0;
        for (usize length = 1; length <= heap::kCachedLengths; length++) {
            for (heap::CachedBlock* b = shard.medium[length]; b != nullptr; b = b->next) {
                cached += length;
                Cell* cell = Mem::windows().find(b);
                if (cell == nullptr || cell->kind() != Kind::Medium) {
                    fault = "a cached block's descriptor";
                } else if (shard.cached.find(length, 0) != length) {
                    fault = "the cached lengths";
                } else if (b->length != heap::MediumBlocks<Port>::length_of(*cell, b) ||
                           *b->length != (length | heap::kCachedFlag)) {
                    fault = "a cached block's length";
                }
            }
        }
        if (cached != shard.cached_granules) fault = "the count of cached granules";
    });
    Mem::spans.for_each_window([&](auto& window, usize limit) {
        for (usize i = 0; i < limit;) {
            Cell& cell = window.cells[i];
            if (cell.kind() != Kind::Medium) {
                i++;
                continue;
            }
            if (const char* wrong = chunk_fault<Port>(cell)) fault = wrong;
            i += heap::kChunkUnits;
        }
    });
    return fault;
}

}  // namespace ashlar::fuzz
