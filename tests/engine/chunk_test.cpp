// src/heap/medium.h: the bitmap of a chunk, beside one that is read bit by bit.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "heap/medium.h"

namespace ashlar::heap {
namespace {

class ChunkTest : public testing::Test {
  protected:
    ChunkTest() : chunk_(cells_[0]), used_(kChunkGranules, false) {
        chunk_.start(pages::Gaps{}, nullptr);
    }

    void set(usize first, usize count) {
        chunk_.set(first, count);
        for (usize i = first; i < first + count; i++) used_[i] = true;
    }
    usize clear(usize first, usize count) {
        for (usize i = first; i < first + count; i++) used_[i] = false;
        return chunk_.clear(first, count);
    }

    void clear_and_check(usize first, usize count) {
        const usize told = clear(first, count);
        ASSERT_EQ(told, run_with(first));
    }

    usize length_at(usize first) const {
        usize end = first;
        while (end < kChunkGranules && !used_[end]) end++;
        return end - first;
    }
    usize lowest(usize count) const {
        for (usize at = 0; at < kChunkGranules; at++) {
            if (length_at(at) >= count) return at;
        }
        return kChunkGranules;
    }
    usize run_with(usize granule) const {
        while (granule > 0 && !used_[granule - 1]) granule--;
        return length_at(granule);
    }

    Cell cells_[kChunkUnits] = {};
    Chunk chunk_;
    std::vector<bool> used_;
};

TEST_F(ChunkTest, AFreshOneIsOneRun) {
    for (const usize count : {1, 63, 64, 65, 126, 127, 128, 129, 511, 512}) {
        EXPECT_EQ(chunk_.find(count), 0u);
    }
    EXPECT_EQ(chunk_.longest_run(), kChunkGranules);
}

TEST_F(ChunkTest, ARunOverThreeWordsIsOne) {
    set(0, kChunkGranules);
    EXPECT_EQ(chunk_.find(1), kChunkGranules);
    EXPECT_EQ(clear(64, 64), 64u);
    EXPECT_EQ(clear(150, 10), 10u);
    EXPECT_EQ(clear(128, 22), 96u);
    EXPECT_EQ(clear(60, 4), 100u);
    EXPECT_EQ(chunk_.find(100), 60u);
    EXPECT_EQ(chunk_.find(101), kChunkGranules);
    EXPECT_EQ(chunk_.find(100), 60u) << "what was asked for in vain hides nothing";
}

TEST_F(ChunkTest, WhatIsLeftOfARunIsFoundWhereItStarts) {
    set(0, 130);
    EXPECT_EQ(chunk_.find(128), 130u);
    set(300, 20);
    EXPECT_EQ(chunk_.find(170), 130u);
    EXPECT_EQ(chunk_.find(171), 320u) << "taken out of the middle";
    EXPECT_EQ(chunk_.find(193), kChunkGranules);
}

TEST_F(ChunkTest, RandomRuns) {
    for (const usize most : {3, 16, 70, 200}) {
        std::mt19937 random(static_cast<unsigned>(most));
        const auto below = [&random](usize n) { return static_cast<usize>(random()) % n; };
        std::vector<std::pair<usize, usize>> blocks;
        for (int i = 0; i < 20000; i++) {
            const usize count = 1 + below(most);
            const usize at = chunk_.find(count);
            ASSERT_EQ(at, lowest(count)) << count;
            if (at < kChunkGranules && below(20) != 0) {
                set(at, count);
                blocks.emplace_back(at, count);
                // Some grow into what is free behind them.
                const usize behind = at + count;
                if (below(4) == 0 && behind < kChunkGranules && !used_[behind]) {
                    set(behind, 1);
                    blocks.back().second++;
                }
                continue;
            }
            for (usize drop = blocks.size() / 2; drop-- > 0;) {
                std::swap(blocks[below(blocks.size())], blocks.back());
                const auto [first, length] = blocks.back();
                blocks.pop_back();
                // And some shrink first.
                const usize kept = length > 1 && below(4) == 0 ? 1 : 0;
                clear_and_check(first + kept, length - kept);
                if (kept == 0) continue;
                clear_and_check(first, kept);
            }
        }
        for (const auto& [first, length] : blocks) clear(first, length);
        ASSERT_EQ(chunk_.head().free_granules, kChunkGranules);
    }
}

TEST_F(ChunkTest, AlignedRunsLeaveWhatIsBeforeThem) {
    set(0, 3);
    const usize at = chunk_.find_aligned(70, 32, 0);
    ASSERT_EQ(at, 32u);
    set(at, 70);
    EXPECT_EQ(chunk_.find(29), 3u);
    EXPECT_EQ(chunk_.find(30), 102u);
    EXPECT_EQ(chunk_.find(410), 102u);
    EXPECT_EQ(chunk_.find(411), kChunkGranules);
}

}  // namespace
}  // namespace ashlar::heap
