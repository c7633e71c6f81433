// src/heap: the front end as a program meets it, on every setting.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "heap_support.h"

namespace ashlar::heap {
namespace {

using namespace testing_support;

// Sizes on both sides of every border there is.
const std::vector<usize>& sizes() {
    static const std::vector<usize> all = [] {
        std::vector<usize> s{0, 1, 2, 7, 8};
        for (const usize border :
             {usize{16}, usize{32}, usize{256}, usize{1024}, usize{4096}, classes::kSmallMax,
              64 * kKiB, 128 * kKiB, kMediumMax, kMediumMax * 2, 4 * kMiB}) {
            for (const usize size : {border - 1, border, border + 1}) s.push_back(size);
        }
        return s;
    }();
    return all;
}

template <class Setting>
class HeapTest : public testing::Test {};

TYPED_TEST_SUITE(HeapTest, HeapSettings);

#define HEAP_TEST(name) HEAP_TEST_IN(HeapTest, name)

HEAP_TEST(BlocksHoldWhatTheyPromise) {
    std::vector<std::pair<char*, usize>> blocks;
    for (int round = 0; round < 3; round++) {
        for (const usize size : sizes()) {
            char* p = static_cast<char*>(H::allocate(size));
            ASSERT_NE(p, nullptr) << size;
            ASSERT_EQ(address(p) % kMinAlign, 0U);
            const usize usable = H::usable_size(p);
            ASSERT_GE(usable, size);
            std::memset(p, static_cast<int>(blocks.size() % 251), usable);
            blocks.emplace_back(p, usable);
        }
    }
    for (usize i = 0; i < blocks.size(); i++) {
        ASSERT_TRUE(is_filled(blocks[i].first, static_cast<int>(i % 251), blocks[i].second));
    }
    const Census census = Taker::take();
    EXPECT_EQ(census.live_blocks(), blocks.size());
    usize bytes = 0;
    for (const auto& [p, usable] : blocks) bytes += usable;
    EXPECT_EQ(census.live_bytes(), bytes);
    for (const auto& [p, usable] : blocks) H::deallocate(p);
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

HEAP_TEST(ZeroedMeansZeroAfterAnyHistory) {
    std::mt19937_64 random(1);
    std::vector<void*> blocks;
    for (int step = 0; step < 4000; step++) {
        const usize size = random() % 32 == 0  ? random() % (2 * kMiB)
                           : random() % 4 == 0 ? random() % (64 * kKiB)
                                               : random() % 2048;
        if (random() % 2 == 0) {
            void* p = H::allocate_zeroed(size);
            ASSERT_NE(p, nullptr);
            ASSERT_TRUE(is_filled(p, 0, size)) << size << " at step " << step;
            std::memset(p, 0xee, H::usable_size(p));
            blocks.push_back(p);
        } else {
            void* p = H::allocate(size);
            std::memset(p, 0xdd, H::usable_size(p));
            blocks.push_back(p);
        }
        while (blocks.size() > 100 || (!blocks.empty() && random() % 3 == 0)) {
            std::swap(blocks[random() % blocks.size()], blocks.back());
            H::deallocate(blocks.back());
            blocks.pop_back();
        }
        if (step % 1000 == 0) H::purge();
    }
}

// Large blocks that are used here and there, as tables are: what one leaves is taken for zero
// where nobody wrote.
HEAP_TEST(SparseTablesBeginWithZeros) {
    std::mt19937_64 random(2);
    const usize page = Port::page_size();
    struct Table {
        unsigned char* first;
        usize pages;
    };
    std::vector<Table> tables(6, Table{nullptr, 0});
    for (int step = 0; step < 1500; step++) {
        Table& table = tables[random() % tables.size()];
        H::deallocate(table.first);
        table.pages = 9 + random() % (4 * kMiB / page);
        const bool zeroed = random() % 4 != 0;
        const usize bytes = table.pages * page;
        void* p = zeroed ? H::allocate_zeroed(bytes) : H::allocate(bytes);
        table.first = static_cast<unsigned char*>(p);
        if (zeroed && step % 16 == 0) ASSERT_TRUE(is_filled(p, 0, bytes)) << step;
        const usize dense = random() % 3 == 0 ? table.pages : random() % 12;
        for (usize i = 0; i < dense; i++) {
            unsigned char* at = table.first + (dense < 12 ? random() % table.pages : i) * page;
            if (zeroed && at[7] != 0) ASSERT_EQ(at[7], step % 251) << "step " << step;
            at[7] = static_cast<unsigned char>(step % 251);
        }
    }
    EXPECT_TRUE(H::Mem::spans.check_invariants());
}

HEAP_TEST(AlignedBlocksAreAlignedAndUsable) {
    std::vector<std::pair<char*, usize>> blocks;
    for (usize align = 1; align <= 16 * kMiB; align *= 2) {
        for (const usize size : sizes()) {
            char* p = static_cast<char*>(H::allocate_aligned(size, align));
            ASSERT_NE(p, nullptr) << size << " at " << align;
            ASSERT_EQ(address(p) % align, 0U) << size << " at " << align;
            ASSERT_GE(H::usable_size(p), size);
            std::memset(p, 0x5c, size);
            blocks.emplace_back(p, size);
        }
        if (blocks.size() < 150) continue;
        for (const auto& [p, size] : blocks) {
            ASSERT_TRUE(is_filled(p, 0x5c, size));
            H::deallocate(p);
        }
        blocks.clear();
    }
    for (const auto& [p, size] : blocks) H::deallocate(p);
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

HEAP_TEST(ReallocateKeepsContents) {
    std::mt19937_64 random(2);
    for (const usize from : sizes()) {
        for (const usize to : sizes()) {
            if (from > kMiB && to > kMiB && random() % 4 != 0) continue;
            char* p = static_cast<char*>(H::allocate(from));
            std::memset(p, 0x31, from);
            char* q = static_cast<char*>(H::reallocate(p, to));
            ASSERT_NE(q, nullptr);
            ASSERT_GE(H::usable_size(q), to);
            ASSERT_TRUE(is_filled(q, 0x31, std::min(from, to))) << from << " to " << to;
            std::memset(q, 0x32, to);
            H::deallocate(q);
        }
    }
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

HEAP_TEST(ABlockThatGrowsAndShrinksKeepsContents) {
    std::mt19937_64 random(3);
    char* p = static_cast<char*>(H::allocate(1));
    *p = 0x77;
    usize size = 1;
    for (int step = 0; step < 1500; step++) {
        const usize to = 1 + random() % (usize{1} << random() % 24);
        p = static_cast<char*>(H::reallocate(p, to));
        ASSERT_NE(p, nullptr);
        ASSERT_TRUE(is_filled(p, 0x77, std::min(size, to))) << size << " to " << to;
        std::memset(p, 0x77, to);
        size = to;
        // A neighbour now and then, so that blocks cannot always grow in place.
        if (random() % 4 == 0) H::deallocate(H::allocate_zeroed(random() % (2 * kMiB)));
    }
    H::deallocate(p);
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

// Regression: pages of a large block beyond its size kept memory of earlier use when the
// block was moved, and went back as if they read as zero.
HEAP_TEST(TheTailOfAMovedBlockIsNotTakenForZero) {
    const usize units = 16;  // a run the buddy keeps in one piece
    char* dirty = static_cast<char*>(H::allocate(units * kUnit));
    std::memset(dirty, 0xab, units * kUnit);
    void* live = H::allocate(64 * kMiB);  // so that the freed units are kept dirty
    std::memset(live, 1, 64 * kMiB);
    H::deallocate(dirty);
    char* p = static_cast<char*>(H::allocate((units - 1) * kUnit + 1));
    ASSERT_EQ(p, dirty);
    char* blocker = static_cast<char*>(H::allocate(kMediumMax + 1));
    ASSERT_NE(blocker, nullptr);
    p = static_cast<char*>(H::reallocate(p, 64 * kMiB));
    ASSERT_NE(p, dirty) << "this test needs the block to move";
    for (int i = 0; i < 8; i++) {
        void* zeroed = H::allocate_zeroed(units * kUnit);
        ASSERT_TRUE(is_filled(zeroed, 0, units * kUnit));
    }
}

// A shard is made by taking zeroed memory for one (Shards::make), so none of its fields may
// begin with anything else.
TEST(Shard, AFreshOneIsZeros) {
    alignas(Shard<port::Sim>) unsigned char memory[sizeof(Shard<port::Sim>)] = {};
    new (memory) Shard<port::Sim>;
    EXPECT_TRUE(is_filled(memory, 0, sizeof memory));
}

// Nothing is behind what a large block never touched, nor behind a unit of which it touched next
// to nothing.
HEAP_TEST(AHardlyTouchedBlockLeavesNothingDirty) {
    constexpr usize kLive = 16 * kMiB;
    std::memset(H::allocate(kLive), 1, kLive);  // so much lives that nothing collapses
    constexpr usize kTable = 100 * kUnit;
    const auto dirty_after = [](usize from, usize bytes) {
        auto* table = static_cast<char*>(H::allocate_zeroed(kTable));
        EXPECT_TRUE(is_filled(table + from, 0, bytes));
        std::memset(table + from, 1, bytes);
        H::deallocate(table);
        return Taker::take().spans.dirty_pages;
    };
    const usize few = kUnit / Port::page_size() > 4 ? 0 : 1;  // a page may be a unit
    EXPECT_EQ(dirty_after(50 * kUnit, 1), few);
    EXPECT_LE(dirty_after(50 * kUnit, 10 * kUnit), 10 + few);
    EXPECT_GE(Taker::take().spans.dirty_pages, 10U);
    H::purge();
    EXPECT_LE(dirty_after(50 * kUnit, 10 * kUnit), 10 + few);
    EXPECT_LE(dirty_after(kTable - 1, 1), 10 + 2 * few);
    EXPECT_TRUE(H::Mem::spans.check_invariants());
}

// What is in swap looks like what was never touched.
TEST(HeapOnSim, MemoryInSwapIsNotTakenForZeros) {
    in_fresh_process([] {
        using H = Heap<port::Sim>;
        port::SimMachine machine;
        constexpr usize kSize = 40 * kUnit;
        for (int round = 0; round < 3; round++) {
            void* block = H::allocate_zeroed(kSize);
            ASSERT_TRUE(is_filled(block, 0, kSize)) << round;
            std::memset(block, 0x55, kSize);
            machine.set_swapped(true);
            H::deallocate(block);
            machine.set_swapped(false);
        }
    });
}

// Dirty memory moves into blocks that will be filled, and not into those that will not.
TEST(HeapOnSim, MemoryMovesToBlocksThatAreFilled) {
    in_fresh_process([] {
        using H = Heap<port::Sim>;
        port::SimMachine machine;
        const auto moved_by_rounds = [&](bool fills) {
            const usize size = 64 * kUnit;
            void* apart[8];
            void* blocks[8];
            for (int i = 0; i < 8; i++) {
                blocks[i] = H::allocate(10 * kUnit);
                apart[i] = H::allocate(kMediumMax + 1);
                std::memset(blocks[i], 1, 10 * kUnit);
                std::memset(apart[i], 1, kMediumMax + 1);
            }
            void* known = H::allocate(size);
            // Where it ends tells less than how much of it there is.
            static_cast<char*>(known)[size - 1] = 1;
            std::memset(known, 1, fills ? size : size / 4);
            void* wall = H::allocate(16 * kMiB);  // so much lives that what is freed stays
            std::memset(wall, 1, 16 * kMiB);
            H::deallocate(known);
            void* again = H::allocate(size);  // the same place
            for (void* block : blocks) H::deallocate(block);
            void* next = H::allocate(size);
            std::memset(next, 1, fills ? size : size / 2);
            const usize moved = machine.moved_bytes();
            for (void* p : {again, next, wall}) H::deallocate(p);
            for (void* p : apart) H::deallocate(p);
            H::purge();
            EXPECT_EQ(machine.moved_bytes(), 0U);
            return moved;
        };
        EXPECT_EQ(moved_by_rounds(false), 0U);
        for (int i = 0; i < 4; i++) moved_by_rounds(true);
        EXPECT_GE(moved_by_rounds(true), 32 * kUnit);
    });
}

HEAP_TEST(ImpossibleSizesAreRefused) {
    for (const usize size : {~usize{0}, ~usize{0} - 100, kMaxRequest, kMaxRequest + 1,
                             kMaxRequest - 5, usize{1} << 50}) {
        EXPECT_EQ(H::allocate(size), nullptr) << size;
        EXPECT_EQ(H::allocate_zeroed(size), nullptr) << size;
        EXPECT_EQ(H::allocate_aligned(size, 4096), nullptr) << size;
        EXPECT_EQ(H::allocate_aligned(size, 4 * kMiB), nullptr) << size;
        for (const usize old : {usize{10}, usize{10000}, 2 * kMiB}) {
            void* p = H::allocate(old);
            std::memset(p, 0x42, old);
            EXPECT_EQ(H::reallocate(p, size), nullptr) << old << " to " << size;
            EXPECT_TRUE(is_filled(p, 0x42, old)) << "the old block stays";
            H::deallocate(p);
        }
    }
    EXPECT_EQ(H::allocate_aligned(10, usize{1} << 62), nullptr);
    EXPECT_EQ(H::allocate_aligned(kMaxRequest, usize{1} << 62), nullptr);
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

HEAP_TEST(EverythingGoesBack) {
    std::vector<void*> blocks;
    for (int round = 0; round < 3; round++) {
        for (const usize size : sizes()) {
            for (int i = 0; i < (size > 64 * kKiB ? 2 : 20); i++) {
                blocks.push_back(H::allocate(size));
                std::memset(blocks.back(), 1, size);
            }
        }
        std::shuffle(blocks.begin(), blocks.end(), std::mt19937_64(5));
        for (void* p : blocks) H::deallocate(p);
        blocks.clear();
        H::purge();
        const Census census = Taker::take();
        EXPECT_EQ(census.live_blocks(), 0U);
        EXPECT_EQ(census.large.units, 0U);
        EXPECT_EQ(census.medium.units, 0U);
        EXPECT_EQ(census.cached_bytes, 0U);
        EXPECT_EQ(census.spans.dirty_pages, 0U);
        // One active slab of each size may stay.
        EXPECT_LE(census.small.units, classes::kCount + 1);
    }
}

HEAP_TEST(ThreadsAllocateApart) {
    constexpr int kThreads = 4;
    std::atomic<int> mistakes{0};
    std::vector<std::thread> threads;
    for (int t = 1; t <= kThreads; t++) {
        threads.emplace_back([&, t] {
            std::mt19937_64 random(static_cast<u64>(t));
            std::vector<std::pair<char*, usize>> mine;
            for (int i = 0; i < 4000; i++) {
                if (mine.size() < 64 && random() % 5 < 3) {
                    const usize size = random() % 64 == 0  ? random() % (2 * kMiB)
                                       : random() % 8 == 0 ? random() % (64 * kKiB)
                                                           : random() % 1024;
                    char* p = static_cast<char*>(H::allocate(size));
                    if (p == nullptr) mistakes++;
                    std::memset(p, t, size);
                    mine.emplace_back(p, size);
                } else if (!mine.empty()) {
                    std::swap(mine[random() % mine.size()], mine.back());
                    const auto [p, size] = mine.back();
                    if (!is_filled(p, t, size)) mistakes++;
                    H::deallocate(p);
                    mine.pop_back();
                }
            }
            for (const auto& [p, size] : mine) H::deallocate(p);
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(mistakes, 0);
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

// What a chunk of medium blocks never touched has no memory, and is not dirty when it goes.
HEAP_TEST(AChunkLeavesOnlyWhatItTouched) {
    constexpr usize kLive = 16 * kMiB;
    std::memset(H::allocate(kLive), 1, kLive);  // so much lives that nothing collapses
    // The second makes the cache overflow.
    for (const int round : {1, 2, 3}) {
        void* blocks[] = {H::allocate(kMediumMax), H::allocate_zeroed(kMediumMax)};
        EXPECT_TRUE(is_filled(blocks[1], 0, kMediumMax)) << round;
        for (void* p : blocks) std::memset(p, round, kMediumMax);
        for (void* p : blocks) H::deallocate(p);
        EXPECT_EQ(Taker::take().spans.dirty_pages, 2 * kMediumMax / kUnit) << round;
    }
}

HEAP_TEST(ThreadsThatExitLeaveNothingBehind) {
    std::vector<void*> kept;
    usize units = 0;
    for (int round = 0; round < 60; round++) {
        std::thread([&] {
            std::vector<void*> mine;
            for (usize size = 16; size <= 100 * kKiB; size = size * 5 / 4) {
                for (int i = 0; i < 10; i++) mine.push_back(H::allocate(size));
            }
            for (usize i = 0; i < mine.size(); i++) {
                if (i % 100 == 0 && H::usable_size(mine[i]) < 4096) {
                    kept.push_back(mine[i]);
                } else {
                    H::deallocate(mine[i]);
                }
            }
        }).join();
        const Census census = Taker::take();
        EXPECT_EQ(census.live_blocks(), kept.size());
        EXPECT_LE(census.shards, 2U) << "the next thread takes over the shard";
        if (round == 20) units = census.spans.window_pages;
    }
    // One step of growth for what the kept blocks pin, however many threads came and went.
    EXPECT_LE(Taker::take().spans.window_pages, units + 64);
    for (void* p : kept) H::deallocate(p);
    H::purge();
    const Census census = Taker::take();
    EXPECT_EQ(census.live_blocks(), 0U);
    EXPECT_EQ(census.medium.units + census.large.units, 0U);
}

}  // namespace
}  // namespace ashlar::heap
