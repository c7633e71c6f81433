// What holds of every block, whatever its size: aligned for any type, its own, and writable to the
// end that malloc_usable_size names.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"

using namespace ashlar::test;

namespace {

/// Every size to 4 KiB, then the neighbourhood of each eighth of a doubling up to 32 MiB.
std::vector<std::size_t> interesting_sizes() {
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size <= 4096; ++size) sizes.push_back(size);
    for (std::size_t octave = 4096; octave < 32u << 20; octave *= 2) {
        for (std::size_t step = 0; step < 8; ++step) {
            const std::size_t size = octave + step * (octave / 8);
            for (std::size_t near : {size - 1, size, size + 1, size + 16}) sizes.push_back(near);
        }
    }
    return sizes;
}

struct Block {
    char* start;
    std::size_t usable;
    std::size_t requested;
};

}  // namespace

TEST(Sizes, EveryBlockIsAlignedTo16) {
    for (std::size_t size : interesting_sizes()) {
        void* blocks[3];
        for (void*& block : blocks) {
            block = hide(std::malloc(hide(size)));
            ASSERT_NE(block, nullptr) << size;
            ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0u) << size;
        }
        for (void* block : blocks) std::free(block);
    }
}

TEST(Sizes, EveryBlockIsWritableToItsUsableEnd) {
    std::vector<Block> live;
    std::size_t total = 0;
    for (std::size_t size : interesting_sizes()) {
        auto* start = static_cast<char*>(hide(std::malloc(hide(size))));
        ASSERT_NE(start, nullptr) << size;
        const std::size_t usable = malloc_usable_size(start);
        ASSERT_GE(usable, size);
        fill(start, usable, live.size());
        live.push_back({start, usable, size});
        if ((total += usable) < 256u << 20) continue;
        for (std::size_t i = live.size(); i-- > 0 && live[i].start != nullptr;) {
            ASSERT_TRUE(intact(live[i].start, live[i].usable, i)) << live[i].requested;
            std::free(live[i].start);
            live[i].start = nullptr;
        }
        total = 0;
    }
    for (std::size_t i = live.size(); i-- > 0 && live[i].start != nullptr;) {
        ASSERT_TRUE(intact(live[i].start, live[i].usable, i)) << live[i].requested;
        std::free(live[i].start);
    }
}

TEST(Sizes, UsableSizeOfNullIsZero) {
    EXPECT_EQ(malloc_usable_size(nullptr), 0u);
}

TEST(Sizes, UsableSizeIsTheSameUntilTheBlockIsFreed) {
    for (std::size_t size : {1u, 100u, 5000u, 100000u, 3000000u}) {
        void* block = hide(std::malloc(hide(std::size_t{size})));
        const std::size_t usable = malloc_usable_size(block);
        void* others[64];
        for (void*& other : others) other = hide(std::malloc(size));
        EXPECT_EQ(malloc_usable_size(block), usable);
        for (void* other : others) std::free(other);
        EXPECT_EQ(malloc_usable_size(block), usable);
        std::free(block);
    }
}

TEST(Sizes, ZeroBytesAreBlocksOfTheirOwn) {
    std::vector<void*> blocks(10000);
    for (void*& block : blocks) {
        block = hide(std::malloc(hide(std::size_t{0})));
        ASSERT_NE(block, nullptr);
    }
    std::sort(blocks.begin(), blocks.end());
    EXPECT_EQ(std::adjacent_find(blocks.begin(), blocks.end()), blocks.end());
    for (void* block : blocks) std::free(block);
}

TEST(Sizes, LiveBlocksNeverOverlap) {
    Random random(11);
    std::vector<Block> live(20000);
    for (int round = 0; round < 4; ++round) {
        for (Block& block : live) {
            if (block.start != nullptr && random.below(3) != 0) continue;
            std::free(block.start);
            block.requested = random.size_up_to(random.below(100) == 0 ? 1 << 20 : 4096);
            block.start = static_cast<char*>(hide(std::malloc(block.requested)));
            ASSERT_NE(block.start, nullptr);
            block.usable = malloc_usable_size(block.start);
        }
        std::sort(live.begin(), live.end(),
                  [](const Block& a, const Block& b) { return a.start < b.start; });
        for (std::size_t i = 1; i < live.size(); ++i) {
            ASSERT_GE(live[i].start, live[i - 1].start + live[i - 1].usable)
                << live[i - 1].requested << " bytes reach into " << live[i].requested;
        }
    }
    for (Block& block : live) std::free(block.start);
}

TEST(Sizes, SmallBlocksWasteLittle) {
    // Four classes a doubling waste 25% at worst; glibc pads to 16. Anything above is a mistake.
    for (std::size_t size = 16; size <= 4096; ++size) {
        void* block = hide(std::malloc(hide(size)));
        EXPECT_LE(malloc_usable_size(block), size + size / 4 + 24) << size;
        std::free(block);
    }
}
