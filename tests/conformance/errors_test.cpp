// Requests that cannot be met: NULL, ENOMEM, nothing lost and nothing leaked. And free(), which
// must not touch errno: cleaning up after an error would otherwise hide the error.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

constexpr std::size_t kPtrdiffMax = PTRDIFF_MAX;

/// Above PTRDIFF_MAX differences of pointers overflow; near SIZE_MAX roundings do.
std::vector<std::size_t> impossible_sizes() {
    std::vector<std::size_t> sizes{kPtrdiffMax, kPtrdiffMax + 1, kPtrdiffMax + 4096,
                                   SIZE_MAX / 2 + (SIZE_MAX >> 2)};
    for (std::size_t k = 0; k < 300; ++k) sizes.push_back(SIZE_MAX - k);
    for (std::size_t k = 512; k <= 64u << 20; k *= 2) {
        sizes.push_back(SIZE_MAX - k);
        sizes.push_back(SIZE_MAX - k + 1);
        sizes.push_back(kPtrdiffMax - k);
    }
    return sizes;
}

void expect_no_memory(const char* what, std::size_t size, const std::function<void*()>& allocate) {
    errno = 0;
    void* block = hide(allocate());
    EXPECT_EQ(block, nullptr) << what << " of " << size;
    EXPECT_EQ(errno, ENOMEM) << what << " of " << size;
    std::free(block);
}

}  // namespace

TEST(Errors, ImpossibleSizesFailWithEnomem) {
    void* small = hide(std::malloc(100));
    fill(small, 100, 7);
    for (std::size_t size : impossible_sizes()) {
        expect_no_memory("malloc", size, [=] { return std::malloc(hide(size)); });
        expect_no_memory("calloc", size, [=] { return std::calloc(1, hide(size)); });
        expect_no_memory("calloc", size, [=] { return std::calloc(hide(size), 1); });
        expect_no_memory("realloc of NULL", size,
                         [=] { return std::realloc(nullptr, hide(size)); });
        expect_no_memory("realloc", size, [=] { return std::realloc(small, hide(size)); });
        expect_no_memory("reallocarray", size, [=] { return reallocarray(small, hide(size), 1); });
        expect_no_memory("memalign", size, [=] { return memalign(64, hide(size)); });
        expect_no_memory("aligned_alloc", size, [=] { return aligned_alloc(4096, hide(size)); });
        expect_no_memory("valloc", size, [=] { return valloc(hide(size)); });
        expect_no_memory("pvalloc", size, [=] { return pvalloc(hide(size)); });
    }
    EXPECT_TRUE(intact(small, 100, 7));
    std::free(small);
}

TEST(Errors, PosixMemalignReturnsEnomemAndKeepsThePointer) {
    for (std::size_t size : impossible_sizes()) {
        for (std::size_t alignment : {8u, 64u, 4096u, 1u << 20}) {
            void* block = &block;
            EXPECT_EQ(posix_memalign(&block, alignment, hide(size)), ENOMEM) << size;
            EXPECT_EQ(block, &block) << "the result is untouched on failure";
        }
    }
}

TEST(Errors, AlignmentPlusSizeMayOverflow) {
    const std::size_t half = SIZE_MAX / 2 + 1;
    expect_no_memory("memalign half the world", 1, [=] { return memalign(hide(half), 1); });
    expect_no_memory("memalign", 1, [=] { return memalign(hide(half / 2), hide(half)); });
    expect_no_memory("memalign", 1, [=] { return memalign(hide(half / 2), hide(half - 1)); });
    for (std::size_t k = 0; k < 64; ++k) {
        expect_no_memory("memalign", k,
                         [=] { return memalign(1 << 20, SIZE_MAX - (1 << 20) + k); });
    }
}

TEST(Errors, ProductsThatOverflowFail) {
    const std::size_t root = std::size_t{1} << 32;
    struct Product {
        std::size_t count;
        std::size_t size;
    };
    const Product products[] = {{root, root},
                                {root + 1, root},
                                {SIZE_MAX, 2},
                                {2, SIZE_MAX},
                                {SIZE_MAX, SIZE_MAX},
                                {SIZE_MAX / 2 + 1, 2},
                                {SIZE_MAX / 16 + 2, 16},
                                {root * 2, root / 2 + 1}};
    void* block = hide(std::malloc(100));
    fill(block, 100, 3);
    for (const Product& product : products) {
        const std::size_t count = product.count;
        const std::size_t size = product.size;
        expect_no_memory("calloc", count, [=] { return std::calloc(hide(count), hide(size)); });
        expect_no_memory("reallocarray", count,
                         [=] { return reallocarray(nullptr, hide(count), hide(size)); });
        expect_no_memory("reallocarray", count,
                         [=] { return reallocarray(block, hide(count), hide(size)); });
    }
    EXPECT_TRUE(intact(block, 100, 3)) << "a failed reallocarray leaves the block as it was";
    std::free(block);
}

TEST(Errors, FailuresLeakNothing) {
    const auto fail_in_every_way = [] {
        void* block = hide(std::malloc(5000));
        EXPECT_EQ(hide(std::malloc(hide(kPtrdiffMax))), nullptr);
        EXPECT_EQ(hide(std::malloc(hide(kPtrdiffMax / 4))), nullptr);
        EXPECT_EQ(hide(std::calloc(hide(kPtrdiffMax / 4), 2)), nullptr);
        EXPECT_EQ(hide(std::realloc(block, hide(kPtrdiffMax / 2))), nullptr);
        EXPECT_EQ(hide(memalign(1 << 20, hide(kPtrdiffMax / 2))), nullptr);
        std::free(block);
    };
    for (int i = 0; i < 100; ++i) fail_in_every_way();
    const std::size_t resident = resident_kib();
    const std::size_t space = address_space();
    const std::size_t mappings = mapping_count();
    for (int i = 0; i < 3000; ++i) fail_in_every_way();
    EXPECT_LE(resident_kib(), resident + 256);
    EXPECT_LE(address_space(), space + (1 << 20));
    EXPECT_LE(mapping_count(), mappings + 4);
}

TEST(Errors, FreeKeepsErrno) {
    for (std::size_t size = 1; size <= 64u << 20; size *= 2) {
        void* blocks[] = {std::malloc(hide(size)), std::calloc(1, hide(size)),
                          memalign(4096, hide(size)), nullptr};
        for (void* block : blocks) {
            errno = 12345;
            std::free(hide(block));
            EXPECT_EQ(errno, 12345) << size;
        }
    }
}

TEST(Errors, FreeOfAnotherThreadsBlocksKeepsErrno) {
    std::vector<void*> blocks;
    std::thread([&] {
        for (int i = 0; i < 50000; ++i)
            blocks.push_back(std::malloc(hide(std::size_t{24} + i % 900)));
        for (int i = 0; i < 20; ++i) blocks.push_back(std::malloc(hide(std::size_t{1} << 20)));
    }).join();
    errno = 4321;
    for (void* block : blocks) {
        std::free(block);
        ASSERT_EQ(errno, 4321);
    }
}

TEST(Errors, FreeOfNullDoesNothing) {
    for (int i = 0; i < 1000; ++i) std::free(hide(static_cast<void*>(nullptr)));
}

TEST(Errors, AddressSpaceLimitGivesEnomemAndRecovers) {
    const Ending ending = in_child([] {
        CHILD_CHECK(set_limit(RLIMIT_AS, address_space() + (96u << 20)));
        for (int round = 0; round < 3; ++round) {
            // A list threaded through the blocks themselves: there is no memory for a vector.
            void** held = nullptr;
            std::size_t count = 0;
            errno = 0;
            while (auto** block = static_cast<void**>(hide(std::malloc(100000)))) {
                fill(block + 1, 1000, count++);
                *block = held;
                held = block;
                CHILD_CHECK(count < 2000);
            }
            CHILD_CHECK(errno == ENOMEM);
            CHILD_CHECK(count > 400);  // at least half of the limit reaches the program
            while (held != nullptr) {
                auto** next = static_cast<void**>(*held);
                CHILD_CHECK(intact(held + 1, 1000, --count));
                std::free(held);
                held = next;
            }
        }
        return 0;
    });
    EXPECT_TRUE(ending.is_success()) << ending.text();
}
