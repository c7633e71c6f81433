// src/heap: what stays of what a program freed, and what makes room when it grows.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "heap_support.h"

namespace ashlar::heap {
namespace {

using namespace testing_support;

template <class Setting>
class HeapIdleTest : public testing::Test {};

TYPED_TEST_SUITE(HeapIdleTest, HeapSettings);

#define HEAP_TEST(name) HEAP_TEST_IN(HeapIdleTest, name)

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

}  // namespace
}  // namespace ashlar::heap
