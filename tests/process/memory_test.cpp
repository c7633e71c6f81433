// Memory as the system sees it: mappings, locked pages, what a large live set costs.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

TEST(Memory, LargeLiveSetsNeedFewMappings) {
    // The kernel allows 65,530 mappings. A program that holds many thousand large blocks, and
    // frees every other one, must not come near.
    Random random(1);
    std::vector<char*> blocks;
    for (int i = 0; i < 70000; ++i) {
        const std::size_t size = 20000 + random.below(200000);
        auto* block = static_cast<char*>(hide(std::malloc(size)));
        ASSERT_NE(block, nullptr) << "after " << i << " blocks and " << mapping_count()
                                  << " mappings";
        block[0] = 1;
        blocks.push_back(block);
    }
    EXPECT_LE(mapping_count(), 2000u);
    for (std::size_t i = 0; i < blocks.size(); i += 2) std::free(blocks[i]);
    EXPECT_LE(mapping_count(), 4000u);
    malloc_trim(0);
    EXPECT_LE(mapping_count(), 8000u);
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        blocks[i] = static_cast<char*>(hide(memalign(1 << (4 + i % 14), 30000)));
        ASSERT_NE(blocks[i], nullptr);
        blocks[i][0] = 1;
    }
    for (char* block : blocks) std::free(block);
    EXPECT_LE(mapping_count(), 4000u);
}

TEST(Memory, LargeBlocksThatComeAndGoKeepTheirContentsAndFewMappings) {
    // Memory of freed blocks moves to new ones by the page tables, each time a mapping of its own.
    Random random(4);
    struct Block {
        std::size_t size = 0;
        std::uint64_t* start = nullptr;
        std::uint64_t tag = 0;
    };
    constexpr std::size_t kPage = 4096 / sizeof(std::uint64_t);
    const auto is_intact = [](const Block& block, std::size_t words) {
        for (std::size_t i = 0; i < words; i += kPage) {
            if (block.start[i] != block.tag + i) return false;
        }
        return true;
    };
    std::vector<Block> blocks(40);
    std::size_t most_mappings = 0;
    for (int i = 0; i < 6000; ++i) {
        Block& block = blocks[random.below(blocks.size())];
        const std::size_t words = block.size / sizeof(std::uint64_t);
        ASSERT_TRUE(is_intact(block, words));
        const std::size_t size = 100000 + random.below(1500000);
        const bool grows = random.below(4) == 0;
        void* fresh = grows ? std::realloc(block.start, size) : std::malloc(size);
        ASSERT_NE(fresh, nullptr);
        if (!grows) std::free(block.start);
        block.start = static_cast<std::uint64_t*>(hide(fresh));
        const std::size_t now = size / sizeof(std::uint64_t);
        ASSERT_TRUE(!grows || is_intact(block, std::min(now, words)));
        block.size = size;
        block.tag = random.below(1000000);
        for (std::size_t j = 0; j < now; j += kPage) block.start[j] = block.tag + j;
        if (i % 100 == 0) most_mappings = std::max(most_mappings, mapping_count());
        if (i % 10 == 0) {
            // What moved in is not taken for fresh memory.
            auto* zeroed = static_cast<char*>(hide(std::calloc(1, size)));
            for (std::size_t j = 0; j < size; j += 512) ASSERT_EQ(zeroed[j], 0);
            std::free(zeroed);
        }
    }
    EXPECT_LE(most_mappings, 9000u);
    for (const Block& block : blocks) std::free(block.start);
    malloc_trim(0);
    EXPECT_LE(mapping_count(), 200u) << "pieces end with their memory";
}

TEST(Memory, UntouchedMemoryIsNotResident) {
    const std::size_t before = resident_kib();
    void* huge = hide(std::malloc(std::size_t{1} << 30));
    void* zeroed = hide(std::calloc(1, std::size_t{1} << 30));
    ASSERT_NE(huge, nullptr);
    ASSERT_NE(zeroed, nullptr);
    EXPECT_LE(resident_kib(), before + 1024) << "2 GiB were asked for and not one byte written";
    std::free(huge);
    std::free(zeroed);
    EXPECT_LE(resident_kib(), before + 1024);
}

TEST(Memory, SparselyTouchedBlocksCostWhatIsTouched) {
    // Large tables and buffers are often filled here and there only. Backing such memory by huge
    // pages would make each touched byte cost two MiB.
    Random random(2);
    const std::size_t before = resident_kib();
    std::vector<char*> blocks;
    for (int i = 0; i < 10000; ++i) {
        blocks.push_back(static_cast<char*>(hide(std::malloc(20000 + random.below(200000)))));
        blocks.back()[0] = 1;
    }
    EXPECT_LE(resident_kib(), before + 10000 * 2 * 4 + 8192) << "10,000 pages were touched";
    for (char* block : blocks) std::free(block);
}

TEST(Memory, BigBlocksGoBackWhenFreed) {
    const std::size_t before = resident_kib();
    for (int i = 0; i < 10; ++i) {
        void* block = hide(std::malloc(60u << 20));
        std::memset(block, 1, 60u << 20);
        std::free(block);
    }
    malloc_trim(0);
    EXPECT_LE(resident_kib(), before + 2048);
}

TEST(Memory, BigReallocsDoNotCopy) {
    // mremap moves page tables, not bytes: 1 GiB grows without a second GiB ever being resident.
    constexpr std::size_t kBig = 512u << 20;
    auto* block = static_cast<char*>(hide(std::malloc(kBig)));
    std::memset(block, 1, kBig);
    void* wall = hide(std::malloc(kBig));  // so that it cannot simply grow in place
    rusage before;
    getrusage(RUSAGE_SELF, &before);
    for (std::size_t size = kBig; size < 4 * kBig; size += kBig / 4) {
        block = static_cast<char*>(hide(std::realloc(block, size)));
        ASSERT_NE(block, nullptr);
        block[size - 1] = 1;
    }
    rusage after;
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LE(after.ru_minflt - before.ru_minflt, 4000) << "a copy of 512 MiB faults 131,072 times";
    EXPECT_EQ(block[kBig - 1], 1);
    std::free(wall);
    std::free(block);
}

TEST(Memory, LockedProcessesDoNotSwallowTheMachine) {
    // mlockall(MCL_FUTURE) makes every later mapping resident at once: a large writable reservation
    // would take all memory there is. The parent watches and ends the child in time.
    const pid_t child = fork();
    if (child == 0) {
        alarm(30);
        if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) _exit(77);
        for (int round = 0; round < 10; ++round) {
            std::vector<void*> blocks;
            for (std::size_t size = 1; size < 4u << 20; size += 1 + size / 8) {
                blocks.push_back(hide(std::malloc(size)));
                if (blocks.back() == nullptr) _exit(2);
            }
            for (void* block : blocks) std::free(block);
            malloc_trim(0);
        }
        _exit(0);
    }
    const std::string statm = "/proc/" + std::to_string(child) + "/statm";
    bool within_bounds = true;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        char text[256] = "";
        read_file(statm.c_str(), text);
        const char* second = std::strchr(text, ' ');
        if (second != nullptr && std::strtoull(second, nullptr, 10) * 4096 > 1024u << 20) {
            within_bounds = false;
            kill(child, SIGKILL);
        }
        usleep(2000);
    }
    EXPECT_TRUE(within_bounds) << "over 1 GiB resident";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "mlockall is not permitted";
    EXPECT_EQ(status, 0);
}

TEST(Memory, LongLivedAndShortLivedSideBySide) {
    // The classic way to fragment a heap: between blocks that stay, waves of growing size pass.
    std::vector<void*> stay;
    std::size_t live = 0;
    const std::size_t start = resident_kib();
    Random random(4);
    for (std::size_t wave = 0; wave < 60; ++wave) {
        std::vector<void*> pass;
        for (int i = 0; i < 4000; ++i) {
            const std::size_t size = 16 + random.below(64 + wave * 40);
            void* block = hide(std::malloc(size));
            std::memset(block, 1, size);
            if (i % 40 == 0) {
                stay.push_back(block);
                live += size;
            } else {
                pass.push_back(block);
            }
        }
        for (void* block : pass) std::free(block);
    }
    EXPECT_LE(resident_kib(), start + 6 * live / 1024 + 16 * 1024) << live << " bytes live";
    for (void* block : stay) std::free(block);
}
