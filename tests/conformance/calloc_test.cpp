// calloc is zero even where the memory was dirty before: an allocator that skips the memset must
// know that the pages are fresh, and every way by which a page stops being fresh is walked here.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"

using namespace ashlar::test;

namespace {

std::vector<std::size_t> sizes_to(std::size_t largest) {
    std::vector<std::size_t> sizes;
    for (std::size_t size = 1; size <= largest; size += 1 + size / 7) sizes.push_back(size);
    return sizes;
}

void* dirty(std::size_t size) {
    void* block = hide(std::malloc(size));
    std::memset(block, 0xa5, malloc_usable_size(block));
    return hide(block);
}

void expect_zero_blocks(std::size_t size, int count) {
    std::vector<void*> blocks(static_cast<std::size_t>(count));
    for (void*& block : blocks) {
        block = hide(std::calloc(1, hide(size)));
        ASSERT_NE(block, nullptr);
        ASSERT_TRUE(all_zero(block, size)) << size;
        std::memset(block, 0x5a, size);
    }
    for (void* block : blocks) std::free(block);
}

}  // namespace

TEST(Calloc, ZeroAfterDirtyReuseAtEverySize) {
    for (std::size_t size : sizes_to(8u << 20)) {
        const int count = size < 10000 ? 200 : 3;
        std::vector<void*> blocks;
        for (int i = 0; i < count; ++i) blocks.push_back(dirty(size));
        for (void* block : blocks) std::free(block);
        expect_zero_blocks(size, count);
        expect_zero_blocks(size, count);
    }
}

TEST(Calloc, ZeroWhereOtherSizesWereDirtyBefore) {
    for (std::size_t before : {64u, 1000u, 20000u, 60000u, 300000u, 5000000u}) {
        std::vector<void*> blocks;
        for (std::size_t total = 0; total < 24u << 20; total += before) {
            blocks.push_back(dirty(before));
        }
        for (void* block : blocks) std::free(block);
        for (std::size_t size : {16u, 64u, 700u, 4096u, 30000u, 200000u, 3000000u}) {
            expect_zero_blocks(size, size < 10000 ? 2000 : 5);
        }
    }
}

TEST(Calloc, ZeroAfterReallocMovedOrShrank) {
    for (std::size_t size : sizes_to(4u << 20)) {
        void* block = dirty(size);
        block = hide(std::realloc(block, size / 3 + 1));
        std::memset(block, 0x77, malloc_usable_size(block));
        void* neighbour = hide(std::calloc(size, 1));
        ASSERT_TRUE(all_zero(neighbour, size)) << size;
        std::free(block);
        std::free(neighbour);
        expect_zero_blocks(size, 3);
    }
}

TEST(Calloc, ZeroAfterMemoryWasGivenBack) {
    std::vector<void*> blocks;
    for (std::size_t size : sizes_to(2u << 20)) blocks.push_back(dirty(size));
    for (void* block : blocks) std::free(block);
    malloc_trim(0);
    for (std::size_t size : sizes_to(2u << 20)) expect_zero_blocks(size, 2);
}

TEST(Calloc, ZeroAfterAnotherThreadFreed) {
    for (std::size_t size : {48u, 500u, 9000u, 100000u}) {
        std::vector<void*> blocks;
        for (int i = 0; i < 500; ++i) blocks.push_back(dirty(size));
        std::thread([&] {
            for (void* block : blocks) std::free(block);
        }).join();
        expect_zero_blocks(size, 600);
    }
}

TEST(Calloc, ZeroWhereAlignedBlocksWere) {
    for (std::size_t alignment : {64u, 4096u, 65536u, 1u << 20}) {
        for (std::size_t size : {100u, 5000u, 70000u, 1000000u}) {
            void* block = hide(memalign(alignment, size));
            std::memset(block, 0xee, malloc_usable_size(block));
            std::free(block);
            expect_zero_blocks(size, 3);
            expect_zero_blocks(size + alignment, 3);
        }
    }
}

TEST(Calloc, ZeroAfterAThreadLeftItsMemoryDirty) {
    for (int round = 0; round < 20; ++round) {
        std::thread([] {
            std::vector<void*> blocks;
            for (std::size_t size : sizes_to(300000)) blocks.push_back(dirty(size));
            for (void* block : blocks) std::free(block);
        }).join();
        std::thread([] {
            for (std::size_t size : sizes_to(300000)) expect_zero_blocks(size, 2);
        }).join();
    }
}

TEST(Calloc, NothingTimesAnythingIsABlock) {
    void* blocks[] = {std::calloc(0, hide(std::size_t{0})), std::calloc(0, hide(std::size_t{8})),
                      std::calloc(hide(std::size_t{8}), 0)};
    EXPECT_NE(blocks[0], nullptr);
    EXPECT_NE(blocks[0], blocks[1]);
    EXPECT_NE(blocks[1], blocks[2]);
    for (void* block : blocks) std::free(hide(block));
}

TEST(Calloc, CountsElements) {
    auto* numbers = static_cast<long*>(hide(std::calloc(hide(std::size_t{12345}), sizeof(long))));
    ASSERT_NE(numbers, nullptr);
    EXPECT_GE(malloc_usable_size(numbers), 12345 * sizeof(long));
    EXPECT_TRUE(std::all_of(numbers, numbers + 12345, [](long number) { return number == 0; }));
    std::free(numbers);
}
