// The calls by which programs ask about and steer the heap: mallinfo, mallopt, malloc_trim,
// malloc_stats. (malloc_info has a program of its own, read by an XML parser.)
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

/// glibc counts mapped blocks apart; the sum is what the program holds.
std::size_t in_use() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

constexpr std::size_t kMiB = 1 << 20;

}  // namespace

TEST(Introspection, Mallinfo2FollowsWhatTheProgramHolds) {
    for (std::size_t size : {24u, 200u, 1000u, 9000u, 50000u, 3000000u}) {
        const std::size_t count = 24 * kMiB / size;
        std::vector<void*> blocks(count);
        const std::size_t before = in_use();
        for (void*& block : blocks) block = hide(std::malloc(size));
        const std::size_t grown = in_use() - before;
        EXPECT_GE(grown, count * size * 9 / 10) << size;
        EXPECT_LE(grown, count * (size + size / 3 + 24) + 2 * kMiB) << size;
        for (void* block : blocks) std::free(block);
        EXPECT_LE(in_use(), before + 2 * kMiB) << size << " bytes a block, all freed";
    }
}

TEST(Introspection, ArenaHoldsWhatIsInUseAndWhatIsFree) {
    std::vector<void*> blocks(10000);
    for (void*& block : blocks) block = hide(std::malloc(500));
    for (std::size_t i = 0; i < blocks.size(); i += 2) std::free(blocks[i]);
    const struct mallinfo2 info = mallinfo2();
    EXPECT_GE(info.arena + info.hblkhd, 10000u * 500 / 2);
    EXPECT_GE(info.arena, info.uordblks);
    EXPECT_LE(info.uordblks + info.fordblks, info.arena + info.arena / 8);
    for (std::size_t i = 1; i < blocks.size(); i += 2) std::free(blocks[i]);
}

TEST(Introspection, OldMallinfoAgreesWhereItsFieldsAreWideEnough) {
    void* block = hide(std::malloc(100000));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    const struct mallinfo narrow = mallinfo();
#pragma GCC diagnostic pop
    const struct mallinfo2 wide = mallinfo2();
    EXPECT_EQ(static_cast<std::size_t>(narrow.uordblks), wide.uordblks);
    EXPECT_EQ(static_cast<std::size_t>(narrow.arena), wide.arena);
    EXPECT_GT(narrow.uordblks, 0);
    std::free(block);
}

TEST(Introspection, MalloptKnowsTheDocumentedOptions) {
    EXPECT_EQ(mallopt(M_MXFAST, 64), 1);
    EXPECT_EQ(mallopt(M_TRIM_THRESHOLD, 1 << 20), 1);
    EXPECT_EQ(mallopt(M_TOP_PAD, 1 << 16), 1);
    EXPECT_EQ(mallopt(M_MMAP_THRESHOLD, 1 << 18), 1);
    EXPECT_EQ(mallopt(M_MMAP_MAX, 1 << 15), 1);
    EXPECT_EQ(mallopt(M_CHECK_ACTION, 3), 1);
    EXPECT_EQ(mallopt(M_ARENA_TEST, 2), 1);
    EXPECT_EQ(mallopt(M_ARENA_MAX, 2), 1);
    void* block = hide(std::malloc(1000));
    EXPECT_NE(block, nullptr);
    std::free(block);
}

TEST(Introspection, TrimGivesFreeMemoryBack) {
    const std::size_t start = resident_kib();
    std::vector<void*> blocks(100000);
    for (void*& block : blocks) {
        block = hide(std::malloc(700));
        std::memset(block, 1, 700);
    }
    const std::size_t full = resident_kib();
    ASSERT_GE(full, start + 60000);
    // One block stays in the middle, as in any program: the rest must go back all the same.
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i != blocks.size() / 2) std::free(blocks[i]);
    }
    const int released = malloc_trim(0);
    EXPECT_TRUE(released == 0 || released == 1);
    EXPECT_LE(resident_kib(), start + 4096);
    std::free(blocks[blocks.size() / 2]);
}

TEST(Introspection, TrimSaysWhetherAnythingWentBack) {
    std::vector<void*> blocks(50000);
    for (void*& block : blocks) std::memset(block = hide(std::malloc(700)), 1, 700);
    // Had all been freed, it would have gone by itself.
    for (std::size_t i = 0; i < blocks.size() / 3; i++) std::free(blocks[i]);
    EXPECT_EQ(malloc_trim(0), 1);
    EXPECT_EQ(malloc_trim(0), 0) << "nothing is left to give";
    for (std::size_t i = blocks.size() / 3; i < blocks.size(); i++) std::free(blocks[i]);
}

TEST(Introspection, StatsAreWrittenToStandardError) {
    char path[] = "/tmp/ashlar-stats-XXXXXX";
    const int file = mkstemp(path);
    ASSERT_GE(file, 0);
    const int saved = dup(2);
    dup2(file, 2);
    malloc_stats();
    std::fflush(stderr);
    dup2(saved, 2);
    close(saved);
    char text[65536];
    const std::size_t length = read_file(path, text);
    EXPECT_GT(length, 40u);
    EXPECT_EQ(text[length - 1], '\n');
    EXPECT_NE(std::strpbrk(text, "0123456789"), nullptr);
    close(file);
    unlink(path);
}
