// The sized forms of C23 and the old name cfree. glibc 2.36 declares none of them, so they are
// declared here, weak: a missing one is a failed expectation and not a failed link.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cerrno>
#include <cstdlib>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

extern "C" {
[[gnu::weak]] void free_sized(void* block, std::size_t size);
[[gnu::weak]] void free_aligned_sized(void* block, std::size_t alignment, std::size_t size);
[[gnu::weak]] void cfree(void* block);
}

using namespace ashlar::test;

TEST(C23, FreeSizedFreesEverySize) {
    ASSERT_NE(hide(&free_sized), nullptr) << "free_sized is not exported";
    std::size_t before = 0;
    for (int round = 0; round < 40; ++round) {
        for (std::size_t size = 0; size <= 2u << 20; size += 1 + size / 9) {
            for (void* block : {std::malloc(hide(size)), std::calloc(hide(size), 1),
                                std::realloc(std::malloc(1), hide(size + 1))}) {
                errno = 99;
                free_sized(hide(block), block == nullptr ? 0 : size);
                ASSERT_EQ(errno, 99);
            }
        }
        if (round == 10) before = resident_kib();
    }
    EXPECT_LE(resident_kib(), before + 4096);
    free_sized(nullptr, 0);
    free_sized(nullptr, 100);
}

TEST(C23, FreeAlignedSizedFreesEveryAlignment) {
    ASSERT_NE(hide(&free_aligned_sized), nullptr) << "free_aligned_sized is not exported";
    std::size_t before = 0;
    for (int round = 0; round < 40; ++round) {
        for (std::size_t alignment = 16; alignment <= 1u << 20; alignment *= 4) {
            for (std::size_t size : {0u, 1u, 100u, 5000u, 70000u, 1000000u}) {
                void* block = hide(aligned_alloc(alignment, size));
                fill(block, size, 1);
                free_aligned_sized(block, alignment, size);
            }
        }
        if (round == 10) before = resident_kib();
    }
    EXPECT_LE(resident_kib(), before + 4096);
    free_aligned_sized(nullptr, 64, 0);
}

TEST(C23, CfreeStillFreesForOldPrograms) {
    ASSERT_NE(hide(&cfree), nullptr) << "cfree is not exported";
    cfree(hide(std::malloc(100)));
    cfree(nullptr);
}
