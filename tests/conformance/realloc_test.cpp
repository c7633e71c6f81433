// realloc: contents follow the block over every change of size and kind, a failure leaves the old
// block as it was, and the two edges (NULL, 0) do what glibc documents.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

const std::vector<std::size_t> kSizes{
    1,     8,      15,     16,     17,     48,      100,     257,     1000,   1024,
    1025,  2048,   4000,   4096,   4097,   10000,   16384,   32768,   32769,  65536,
    70000, 131072, 200000, 300000, 524288, 1000000, 1048577, 4194304, 9000000};

void* grow_or_shrink(void* block, std::size_t size) {
    return hide(std::realloc(hide(block), hide(size)));
}

}  // namespace

TEST(Realloc, OfNullAllocates) {
    for (std::size_t size : kSizes) {
        void* block = grow_or_shrink(nullptr, size);
        ASSERT_NE(block, nullptr);
        EXPECT_GE(malloc_usable_size(block), size);
        std::free(block);
    }
    void* empty = hide(std::realloc(nullptr, hide(std::size_t{0})));
    EXPECT_NE(empty, nullptr) << "like malloc(0)";
    std::free(empty);
}

TEST(Realloc, ToZeroFreesAndReturnsNull) {
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(grow_or_shrink(std::malloc(1000), 0), nullptr);
        EXPECT_EQ(grow_or_shrink(std::malloc(1 << 20), 0), nullptr);
    }
    const std::size_t before = resident_kib();
    for (int i = 0; i < 20000; ++i) {
        void* block = hide(std::malloc(5000));
        fill(block, 5000, 1);
        ASSERT_EQ(grow_or_shrink(block, 0), nullptr);
        ASSERT_EQ(reallocarray(hide(std::malloc(5000)), hide(std::size_t{0}), 8), nullptr);
    }
    EXPECT_LE(resident_kib(), before + 2048) << "40,000 blocks of 5,000 bytes were to be freed";
}

TEST(Realloc, KeepsContentsOverEveryChangeOfSize) {
    for (std::size_t from : kSizes) {
        for (std::size_t to : kSizes) {
            void* block = hide(std::malloc(hide(from)));
            fill(block, from, from + to);
            block = grow_or_shrink(block, to);
            ASSERT_NE(block, nullptr);
            const std::size_t kept = from < to ? from : to;
            ASSERT_TRUE(intact(block, kept & ~std::size_t{7}, from + to)) << from << " to " << to;
            ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0u);
            ASSERT_GE(malloc_usable_size(block), to);
            fill(block, to, 1);
            std::free(block);
        }
    }
}

TEST(Realloc, KeepsContentsOfAlignedBlocks) {
    for (std::size_t alignment : {32u, 256u, 4096u, 65536u, 1u << 20, 4u << 20}) {
        for (std::size_t from : {8u, 100u, 4096u, 50000u, 300000u, 2000000u}) {
            for (std::size_t to : {1u, 100u, 5000u, 65536u, 700000u, 5000000u}) {
                void* block = hide(memalign(alignment, from));
                ASSERT_NE(block, nullptr);
                fill(block, from, alignment + to);
                block = grow_or_shrink(block, to);
                ASSERT_NE(block, nullptr);
                const std::size_t kept = from < to ? from : to;
                ASSERT_TRUE(intact(block, kept & ~std::size_t{7}, alignment + to))
                    << alignment << ": " << from << " to " << to;
                fill(block, to, 2);
                std::free(block);
            }
        }
    }
}

TEST(Realloc, NewBytesBelongToTheBlockAlone) {
    std::vector<void*> blocks(200);
    std::vector<std::size_t> sizes(blocks.size(), 0);
    Random random(5);
    for (int round = 0; round < 200; ++round) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            ASSERT_TRUE(intact(blocks[i], sizes[i], i)) << "round " << round;
            const std::size_t size = 1 + random.size_up_to(random.below(50) == 0 ? 2000000 : 20000);
            void* block = grow_or_shrink(blocks[i], size);
            ASSERT_NE(block, nullptr);
            const std::size_t kept = sizes[i] < size ? sizes[i] : size;
            ASSERT_TRUE(intact(block, kept & ~std::size_t{7}, i));
            blocks[i] = block;
            sizes[i] = size;
            fill(block, size, i);
        }
    }
    for (void* block : blocks) std::free(block);
}

TEST(Realloc, GrowsAStringByteByByte) {
    char* text = nullptr;
    for (std::size_t length = 1; length <= 200000; ++length) {
        text = static_cast<char*>(grow_or_shrink(text, length));
        text[length - 1] = static_cast<char>('a' + length % 23);
    }
    for (std::size_t length = 1; length <= 200000; ++length) {
        ASSERT_EQ(text[length - 1], static_cast<char>('a' + length % 23)) << length;
    }
    for (std::size_t length = 199999; length > 0; length -= length / 1000 + 1) {
        text = static_cast<char*>(grow_or_shrink(text, length));
        ASSERT_EQ(text[length - 1], static_cast<char>('a' + length % 23));
    }
    std::free(text);
}

TEST(Realloc, GrowsAndShrinksABigBlock) {
    std::size_t size = 4096;
    auto* block = static_cast<char*>(hide(std::malloc(size)));
    fill(block, size, 9);
    while (size < 200u << 20) {
        const std::size_t larger = size + size / 3;
        block = static_cast<char*>(grow_or_shrink(block, larger));
        ASSERT_NE(block, nullptr);
        ASSERT_TRUE(intact(block, 4096, 9));
        ASSERT_EQ(block[size - 1], size == 4096 ? block[4095] : 'x');
        size = larger;
        block[size - 1] = 'x';
    }
    while (size > 8192) {
        size -= size / 3;
        block = static_cast<char*>(grow_or_shrink(block, size));
        ASSERT_TRUE(intact(block, 4096, 9)) << size;
    }
    std::free(block);
}

TEST(Realloc, ShrinkingGivesMemoryBack) {
    constexpr std::size_t kBig = 128u << 20;
    auto* block = static_cast<char*>(hide(std::malloc(kBig)));
    fill(block, kBig, 4);
    const std::size_t before = resident_kib();
    block = static_cast<char*>(grow_or_shrink(block, 1 << 20));
    ASSERT_TRUE(intact(block, 1 << 20, 4));
    malloc_trim(0);
    EXPECT_LE(resident_kib() + 100 * 1024, before) << "127 MiB of the block are no longer wanted";
    std::free(block);
}

TEST(Realloc, FailureLeavesTheBlockAsItWas) {
    for (std::size_t size : {24u, 3000u, 100000u, 8000000u}) {
        const Ending ending = in_child([size] {
            void* block = hide(std::malloc(size));
            fill(block, size, 6);
            CHILD_CHECK(set_limit(RLIMIT_AS, address_space() + (32u << 20)));
            errno = 0;
            CHILD_CHECK(grow_or_shrink(block, std::size_t{1} << 40) == nullptr);
            CHILD_CHECK(errno == ENOMEM);
            CHILD_CHECK(intact(block, size, 6));
            CHILD_CHECK(hide(reallocarray(hide(block), 1 << 20, 1 << 20)) == nullptr);
            CHILD_CHECK(intact(block, size, 6));
            block = grow_or_shrink(block, size + 1000);
            CHILD_CHECK(block != nullptr && intact(block, size, 6));
            std::free(block);
            return 0;
        });
        EXPECT_TRUE(ending.is_success()) << size << ": " << ending.text();
    }
}

TEST(Realloc, ArrayFormCountsElements) {
    void* block = hide(reallocarray(nullptr, 100, 24));
    ASSERT_NE(block, nullptr);
    EXPECT_GE(malloc_usable_size(block), 2400u);
    fill(block, 2400, 8);
    block = hide(reallocarray(block, 10000, 24));
    EXPECT_TRUE(intact(block, 2400, 8));
    EXPECT_GE(malloc_usable_size(block), 240000u);
    std::free(block);
}

TEST(Realloc, SameSizeAgainAndAgainStaysPut) {
    for (std::size_t size : kSizes) {
        void* block = hide(std::malloc(size));
        void* const start = block;
        for (int i = 0; i < 100; ++i) block = grow_or_shrink(block, size);
        EXPECT_EQ(block, start) << size;
        std::free(block);
    }
}
