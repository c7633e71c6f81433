// The aligned forms and the rules for their arguments. Where versions of glibc differ, Ashlar
// follows the newer one; the table is in README.md.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

bool is_aligned(const void* block, std::size_t alignment) {
    return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}

const std::vector<std::size_t> kAlignments{
    1,    2,    4,    8,     16,    32,    64,     128,    256,     512,     1024,
    2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 1 << 20, 2 << 20, 16 << 20};

}  // namespace

TEST(Aligned, EveryAlignmentWithEverySize) {
    for (std::size_t alignment : kAlignments) {
        std::vector<std::size_t> sizes{0, 1, 7, 8, 24, 100, 1000, 5000, 40000, 100000};
        for (std::size_t size : {alignment - 1, alignment, alignment + 1, 3 * alignment}) {
            sizes.push_back(size);
        }
        struct Held {
            void* block;
            std::size_t usable;
        };
        std::vector<Held> held;
        for (std::size_t size : sizes) {
            void* by_posix = nullptr;
            if (alignment >= sizeof(void*)) {
                ASSERT_EQ(posix_memalign(&by_posix, hide(alignment), hide(size)), 0);
                ASSERT_NE(by_posix, nullptr) << alignment << " " << size;
            }
            for (void* block : {hide(memalign(hide(alignment), hide(size))),
                                hide(aligned_alloc(hide(alignment), hide(size))), by_posix}) {
                if (block == nullptr && block == by_posix) continue;
                ASSERT_NE(block, nullptr) << alignment << " " << size;
                ASSERT_TRUE(is_aligned(block, alignment)) << alignment << " " << size;
                ASSERT_TRUE(is_aligned(block, 16));
                const std::size_t usable = malloc_usable_size(block);
                ASSERT_GE(usable, size);
                fill(block, usable, held.size());
                held.push_back({block, usable});
            }
        }
        for (std::size_t i = 0; i < held.size(); ++i) {
            ASSERT_TRUE(intact(held[i].block, held[i].usable, i)) << alignment;
            std::free(held[i].block);
        }
    }
}

TEST(Aligned, PosixMemalignRefusesBadAlignments) {
    for (std::size_t alignment :
         {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{7},
          std::size_t{12}, std::size_t{24}, std::size_t{48}, std::size_t{4095}, std::size_t{4097},
          SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2}) {
        void* block = &block;
        EXPECT_EQ(posix_memalign(&block, hide(alignment), 100), EINVAL) << alignment;
        EXPECT_EQ(block, &block) << "the result is untouched on failure";
    }
}

TEST(Aligned, AlignedAllocRefusesWhatIsNoPowerOfTwo) {
    for (std::size_t alignment : {std::size_t{0}, std::size_t{3}, std::size_t{24}, std::size_t{100},
                                  std::size_t{4097}, SIZE_MAX}) {
        errno = 0;
        void* block = hide(aligned_alloc(hide(alignment), 4096));
        EXPECT_EQ(block, nullptr) << alignment;
        EXPECT_EQ(errno, EINVAL) << alignment;
        std::free(block);
    }
}

TEST(Aligned, AlignedAllocTakesSizesThatAreNoMultiple) {
    for (std::size_t size = 0; size < 300; ++size) {
        void* block = hide(aligned_alloc(64, hide(size)));
        ASSERT_NE(block, nullptr);
        EXPECT_TRUE(is_aligned(block, 64));
        std::free(block);
    }
}

TEST(Aligned, MemalignRoundsOddAlignmentsUp) {
    const std::size_t odd[][2] = {{0, 16},    {3, 16},      {17, 32},     {24, 32},       {33, 64},
                                  {100, 128}, {4095, 4096}, {4097, 8192}, {70000, 131072}};
    for (const auto& [asked, got] : odd) {
        void* block = hide(memalign(hide(std::size_t{asked}), 100));
        ASSERT_NE(block, nullptr) << asked;
        EXPECT_TRUE(is_aligned(block, got)) << asked;
        std::free(block);
    }
}

TEST(Aligned, MemalignRefusesWhatNoPowerOfTwoReaches) {
    for (std::size_t alignment : {SIZE_MAX, SIZE_MAX - 100, SIZE_MAX / 2 + 2}) {
        errno = 0;
        EXPECT_EQ(hide(memalign(hide(alignment), 1)), nullptr);
        EXPECT_EQ(errno, EINVAL) << alignment;
    }
}

TEST(Aligned, VallocGivesPages) {
    const auto page = static_cast<std::size_t>(getpagesize());
    for (std::size_t size : {std::size_t{0}, std::size_t{1}, page - 1, page, page + 1, 10 * page}) {
        void* by_page = hide(valloc(hide(size)));
        void* whole_pages = hide(pvalloc(hide(size)));
        ASSERT_NE(by_page, nullptr);
        ASSERT_NE(whole_pages, nullptr);
        EXPECT_TRUE(is_aligned(by_page, page));
        EXPECT_TRUE(is_aligned(whole_pages, page));
        EXPECT_GE(malloc_usable_size(by_page), size);
        EXPECT_GE(malloc_usable_size(whole_pages), (size + page - 1) / page * page);
        fill(whole_pages, malloc_usable_size(whole_pages), 1);
        std::free(by_page);
        std::free(whole_pages);
    }
}

TEST(Aligned, ManyPageAlignedPagesCostLittleMore) {
    std::vector<void*> blocks(8000);
    const std::size_t before = resident_kib();
    for (void*& block : blocks) {
        block = hide(memalign(4096, 4096));
        fill(block, 4096, 1);
    }
    EXPECT_LE(resident_kib() - before, 8000u * 4 * 5 / 4 + 1024)
        << "a page-aligned page must not take two";
    for (void* block : blocks) std::free(block);
}

TEST(Aligned, FreedAlignedMemoryIsUsedAgain) {
    const auto churn = [](int rounds) {
        for (int i = 0; i < rounds; ++i) {
            for (std::size_t alignment : {64u, 4096u, 65536u, 1u << 20}) {
                void* block = hide(memalign(alignment, 10000));
                std::memset(block, 1, 10000);
                std::free(block);
            }
        }
    };
    churn(100);
    const std::size_t before = resident_kib();
    churn(5000);
    // What was freed a moment ago may still be resident; 5,000 rounds without reuse are 200 MiB.
    EXPECT_LE(resident_kib(), before + 24 * 1024);
}

TEST(Aligned, ManyThreadsWithRandomAlignments) {
    constexpr int kThreads = 4;
    std::vector<std::thread> threads;
    bool good[kThreads] = {};
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([t, &good] {
            Random random(static_cast<std::uint64_t>(t));
            struct Slot {
                void* block = nullptr;
                std::size_t size = 0;
                std::uint64_t seed = 0;
            };
            std::vector<Slot> slots(300);
            for (std::uint64_t i = 0; i < 20000; ++i) {
                Slot& slot = slots[random.below(slots.size())];
                if (!intact(slot.block, slot.size, slot.seed)) return;
                std::free(slot.block);
                const std::size_t alignment = std::size_t{1} << random.below(17);
                slot = {nullptr, random.size_up_to(40000), i};
                slot.block = hide(memalign(alignment, slot.size));
                if (slot.block == nullptr || !is_aligned(slot.block, alignment)) return;
                fill(slot.block, slot.size, slot.seed);
            }
            for (Slot& slot : slots) std::free(slot.block);
            good[t] = true;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::count(good, good + kThreads, true), kThreads);
}
