// src/heap: the front end as a program meets it, on every setting.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fresh_process.h"
#include "heap/census.h"
#include "heap/heap.h"
#include "settings.h"

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

bool is_filled(const void* p, int value, usize bytes) {
    const auto* c = static_cast<const unsigned char*>(p);
    if (bytes == 0) return true;
    return c[0] == value && std::memcmp(c, c + 1, bytes - 1) == 0;
}

template <class Setting>
class HeapTest : public testing::Test {};

using Settings = testing::Types<OnLinux, OnSim, OnLargePages, OnReservations, WithoutMove>;
TYPED_TEST_SUITE(HeapTest, Settings);

// The body runs in a fresh process with these names at hand.
#define HEAP_TEST(name)                                          \
    template <class Setting>                                     \
    struct name##Body {                                          \
        using Port = typename Setting::Port;                     \
        using H = Heap<Port>;                                    \
        using Taker = CensusTaker<Port>;                         \
        Setting setting;                                         \
        void run();                                              \
    };                                                           \
    TYPED_TEST(HeapTest, name) {                                 \
        in_fresh_process([] { name##Body<TypeParam>().run(); }); \
    }                                                            \
    template <class Setting>                                     \
    void name##Body<Setting>::run()

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

// One thread allocates, another frees: memory does not grow.
HEAP_TEST(AThreadThatOnlyFreesDoesNotMakeMemoryGrow) {
    constexpr usize kBlocks = 2000;
    std::vector<std::atomic<void*>> mailbox(kBlocks);
    std::atomic<bool> stop{false};
    std::thread freer([&] {
        while (!stop) {
            for (auto& slot : mailbox) {
                if (void* p = slot.exchange(nullptr)) H::deallocate(p);
            }
        }
        for (auto& slot : mailbox) {
            if (void* p = slot.exchange(nullptr)) H::deallocate(p);
        }
    });
    std::mt19937_64 random(6);
    usize peak = 0;
    for (int round = 0; round < 100; round++) {
        for (auto& slot : mailbox) {
            void* p = H::allocate(64 + random() % 192);
            void* none = nullptr;
            if (!slot.compare_exchange_strong(none, p)) H::deallocate(p);
        }
        peak = std::max(peak, Taker::take().small.units);
    }
    stop = true;
    freer.join();
    // 2,000 blocks of at most 256 bytes in the box: 8 units when packed.
    EXPECT_LE(peak, 200U);
    H::purge();
    EXPECT_EQ(Taker::take().live_blocks(), 0U);
}

// A thread that sleeps cannot give anything back, and nobody can take it: what it frees must go
// with the last free of a burst, also the active slabs and what its cache holds.
HEAP_TEST(AThreadThatHasFreedItsBurstKeepsLittle) {
    std::atomic<int> rounds{0};
    std::atomic<bool> looked{false};
    std::thread sleeper([&] {
        for (int round = 0; round < 3; round++) {
            std::vector<void*> blocks;
            for (usize i = 0; i < 40000; i++) {
                blocks.push_back(H::allocate(16 + i * 7919 % 601));
            }
            for (usize i = 0; i < 200; i++) {
                blocks.push_back(H::allocate(20000 + i * 7919 % 100000));
                std::memset(blocks.back(), 1, 20000);
            }
            std::shuffle(blocks.begin(), blocks.end(), std::mt19937_64(6));
            for (void* p : blocks) H::deallocate(p);
            rounds++;
            while (!looked) std::this_thread::yield();
            looked = false;
        }
    });
    for (int round = 1; round <= 3; round++) {
        while (rounds != round) std::this_thread::yield();
        const Census census = Taker::take();
        EXPECT_LE(census.small.units, 2U) << "of about 200";
        // Where the system's pages are larger than granules, chunks keep what they touched.
        if (Port::page_size() <= kGranule) EXPECT_LE(census.spans.dirty_pages, 64U);
        looked = true;
    }
    sleeper.join();
}

// The same for a burst that fits in a slab of each size, so that none goes empty on the way.
HEAP_TEST(AThreadThatHasFreedASmallBurstKeepsLittle) {
    for (const bool is_random : {false, true}) {
        std::thread sleeper([&] {
            std::vector<void*> blocks;
            for (usize i = 0; i < 2500; i++) blocks.push_back(H::allocate(16 + i * 7919 % 601));
            if (is_random) std::shuffle(blocks.begin(), blocks.end(), std::mt19937_64(6));
            for (void* p : blocks) H::deallocate(p);
            // Where the system's pages are larger, a slab is carved at once and nothing tells.
            if (Port::page_size() > kGranule) return;
            EXPECT_LE(Taker::take().small.units, 4U) << "of about 25; shuffled: " << is_random;
        });
        sleeper.join();
    }
}

// The same for blocks of so many sizes that each has a few: active slabs and cached blocks are
// more of what is left than a collapse may leave, which shows only when they go.
HEAP_TEST(AThreadThatHasFreedManySizesKeepsLittle) {
    // Where the system's pages are larger, chunks keep what they touched.
    if (Port::page_size() > kGranule) return;
    for (int burst = 0; burst < 4; burst++) {
        std::vector<void*> blocks;
        for (usize i = 0; i < 300; i++) {
            blocks.push_back(H::allocate(1000 + i * 7919 % 60000));
            std::memset(blocks.back(), 1, 1000);
        }
        for (void* p : blocks) H::deallocate(p);
        const Census census = Taker::take();
        EXPECT_LE(census.small.units, 3U) << "of about 60; burst " << burst;
        EXPECT_LE(census.spans.dirty_pages, 4U) << burst;
    }
}

// Others can give back what they freed of a thread's slabs while it sleeps.
HEAP_TEST(WhatOthersFreedOfASleeperGoesBack) {
    constexpr int kThreads = 3;
    std::vector<void*> blocks[kThreads];
    std::atomic<int> allocated{0};
    std::atomic<bool> awake{false};
    std::vector<std::thread> threads;
    for (auto& mine : blocks) {
        threads.emplace_back([&] {
            for (usize i = 0; i < 10000; i++) {
                mine.push_back(H::allocate(16 + i * 7919 % 601));
                std::memset(mine.back(), 1, 16);
            }
            allocated++;
            while (!awake) std::this_thread::yield();
            for (void*& p : mine) {
                p = H::allocate(100);
                std::memset(p, 2, 100);
            }
        });
    }
    while (allocated != kThreads) std::this_thread::yield();
    for (auto& theirs : blocks) {
        for (void* p : theirs) H::deallocate(p);
    }
    usize hollow = 0;
    usize units = 0;
    const auto count = [&] {
        hollow = units = 0;
        H::Mem::spans.for_each_window([&](auto& window, usize limit) {
            for (usize i = 0; i < limit; i++) {
                if (window.cells[i].kind() != Kind::Slab) continue;
                hollow += H::Engine::hole_bytes(window.cells[i].template as<slab::Slab>());
                units++;
            }
        });
    };
    count();
    // Where the system's pages are larger than parts, nothing of a slab can go.
    const bool goes = Port::page_size() <= kUnit / 8;
    EXPECT_GE(hollow, goes ? units * kUnit / 4 : 0) << units << " slabs that are hardly full";
    EXPECT_LE(Taker::take().spans.dirty_pages, 32U);
    awake = true;
    for (auto& thread : threads) thread.join();
    for (auto& theirs : blocks) {
        for (void* p : theirs) {
            ASSERT_TRUE(is_filled(p, 2, 100));
            H::deallocate(p);
        }
    }
    H::purge();
    count();
    EXPECT_EQ(units, 0U);
}

// Sizes that were used once make room when another grows.
HEAP_TEST(SizesThatIdleMakeRoomForGrowth) {
    for (const usize size : classes::kSizes) H::deallocate(H::allocate(size));
    std::vector<void*> blocks;
    while (Taker::take().class_slabs[classes::class_of(1000)] < 60) {
        blocks.push_back(H::allocate(1000));
    }
    const Census census = Taker::take();
    usize sizes_with_slabs = 0;
    for (const usize slabs : census.class_slabs) sizes_with_slabs += slabs != 0 ? 1 : 0;
    EXPECT_LE(sizes_with_slabs, 4U);
    for (void* p : blocks) H::deallocate(p);
}

// Where memory was used before, a slab that takes little of it gives the rest back.
TEST(HeapOnSim, SizesInLittleUseHoldLittle) {
    in_fresh_process([] {
        using H = Heap<port::Sim>;
        port::SimMachine machine;
        std::vector<void*> dirty;
        for (usize i = 0; i < 40 * kUnit / 2048; i++) {
            dirty.push_back(std::memset(H::allocate(2048), 1, 2048));
        }
        void* keeps = H::allocate(kUnit * 40);
        std::memset(keeps, 1, kUnit * 40);
        for (void* p : dirty) H::deallocate(p);
        const usize before = machine.resident_bytes();
        EXPECT_GE(before, 80 * kUnit);
        std::vector<void*> few;
        for (const usize size : classes::kSizes) few.push_back(H::allocate(size));
        std::vector<void*> blocks;
        for (usize i = 0; i < 40 * kUnit / 1024; i++) {
            blocks.push_back(std::memset(H::allocate(1024), 1, 1024));
        }
        EXPECT_LT(machine.resident_bytes(), before + 20 * kUnit) << "grown by 40 and a page a size";
        for (usize i = 0; i < classes::kCount; i++) {
            const usize size = classes::kSizes[i];
            for (usize n = 0; n < 100; n++) {
                void* p = H::allocate_zeroed(size);
                EXPECT_TRUE(is_filled(p, 0, size)) << size;
                few.push_back(std::memset(p, 2, size));
            }
        }
        for (void* p : blocks) H::deallocate(p);
        for (void* p : few) H::deallocate(p);
        H::deallocate(keeps);
        EXPECT_TRUE(Heap<port::Sim>::Mem::spans.check_invariants());
    });
}

// What idles between medium blocks pays for growth, but not where memory only comes back.
TEST(HeapOnSim, OnlyMoreThanEverIsGrowth) {
    in_fresh_process([] {
        using H = Heap<port::Sim>;
        port::SimMachine machine;
        const auto filled = [](usize size) { return std::memset(H::allocate(size), 1, size); };
        constexpr usize kBlock = 128 * kKiB;
        constexpr usize kMost = 32 * kMiB;
        H::deallocate(filled(kMost));
        H::purge();
        std::vector<void*> blocks;
        for (usize i = 0; i < 64; i++) blocks.push_back(filled(kBlock));
        for (usize i = 0; i < blocks.size(); i += 4) H::deallocate(blocks[i]);
        const usize idle = blocks.size() / 4 * kBlock;
        const usize before = machine.resident_bytes();
        EXPECT_GE(before, blocks.size() * kBlock);
        filled(4 * kMiB);
        EXPECT_EQ(machine.resident_bytes(), before + 4 * kMiB);
        filled(kMost);
        EXPECT_LE(machine.resident_bytes(), before + 4 * kMiB + kMost - idle + kUnit);
    });
}

// Whatever grows to more than ever, what is dirty makes room for it.
TEST(HeapOnSim, NothingIsDirtyWhereThereNeverWasMore) {
    in_fresh_process([] {
        using H = Heap<port::Sim>;
        port::SimMachine machine;
        const auto filled = [](usize size) { return std::memset(H::allocate(size), 1, size); };
        std::vector<void*> small;
        for (usize i = 0; i < 8 * kMiB / 1000; i++) small.push_back(filled(1000));
        // The arena's chunk is there before there is anything dirty.
        filled(20 * kKiB);
        for (usize i = 0; i < small.size() / 2; i++) H::deallocate(small[i]);
        const usize before = machine.resident_bytes();
        EXPECT_GT(H::Mem::spans.counts().dirty_pages, 2 * kMiB / kUnit);
        for (usize i = 0; i < kMiB / (20 * kKiB); i++) filled(20 * kKiB);
        EXPECT_LE(machine.resident_bytes(), before + 2 * kUnit) << "medium";
        filled(kMiB - 1);
        EXPECT_LE(machine.resident_bytes(), before + 2 * kUnit) << "large";
        EXPECT_TRUE(H::Mem::spans.check_invariants());
    });
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
