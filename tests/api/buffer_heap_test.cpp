// A heap over any buffer.

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ashlar/ashlar.h>

#include "model.h"

namespace {

using ashlar::test::Model;
using ashlar::test::senseless;
using ashlar::test::Subject;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::size_t kGiB = 1024 * kMiB;

ashlar_buffer_stats stats_of(const ashlar_buffer_heap* heap) {
    ashlar_buffer_stats stats{};
    ashlar_buffer_heap_stats_get(heap, &stats, sizeof stats);
    return stats;
}

Subject subject_of(ashlar_buffer_heap* heap) {
    return {
        [=](std::size_t size) { return ashlar_buffer_heap_alloc(heap, size); },
        [=](std::size_t size) { return ashlar_buffer_heap_zalloc(heap, size); },
        [=](std::size_t align, std::size_t size) {
            return ashlar_buffer_heap_aligned_alloc(heap, align, size);
        },
        [=](void* p, std::size_t size) { return ashlar_buffer_heap_realloc(heap, p, size); },
        [=](void* p) { ashlar_buffer_heap_free(heap, p); },
        [=](const void* p) { return ashlar_buffer_heap_usable_size(heap, p); },
    };
}

// A buffer between two guards that must keep their contents.
class Guarded {
  public:
    Guarded(std::size_t size, std::size_t shift)
        : size_(size), shift_(shift), bytes_(kGuard + shift + size + kGuard, kMark) {
        std::memset(data(), 0xdd, size);
    }
    unsigned char* data() { return bytes_.data() + kGuard + shift_; }
    bool intact() const {
        for (std::size_t i = 0; i < kGuard + shift_; i++) {
            if (bytes_[i] != kMark) return false;
        }
        for (std::size_t i = kGuard + shift_ + size_; i < bytes_.size(); i++) {
            if (bytes_[i] != kMark) return false;
        }
        return true;
    }

  private:
    static constexpr std::size_t kGuard = 256;
    static constexpr unsigned char kMark = 0xa7;
    std::size_t size_;
    std::size_t shift_;
    std::vector<unsigned char> bytes_;
};

struct Case {
    std::size_t size;
    std::size_t shift;    // of the buffer from good alignment
    std::size_t largest;  // block
};

class BufferHeapSizes : public testing::TestWithParam<Case> {};

TEST_P(BufferHeapSizes, KeepsWhatItIsGivenAndStaysInside) {
    const Case c = GetParam();
    for (std::uint64_t seed = 1; seed <= 4; seed++) {
        Guarded buffer(c.size, c.shift);
        ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer.data(), c.size);
        ASSERT_NE(heap, nullptr);
        const ashlar_buffer_stats empty = stats_of(heap);
        Model model(subject_of(heap), seed);
        for (int i = 0; i < 4000; i++) {
            model.step(c.largest, 1000);
            ASSERT_FALSE(HasFatalFailure());
            if (c.size <= 64 * kKiB || i % 50 == 0) {
                ASSERT_EQ(ashlar_buffer_heap_check(heap), 1);
            }
        }
        model.check_all();
        const ashlar_buffer_stats busy = stats_of(heap);
        EXPECT_EQ(busy.live_blocks, model.live_blocks());
        EXPECT_GE(busy.used, model.live_bytes());
        EXPECT_GE(busy.peak_used, busy.used);
        model.deallocate_all();
        const ashlar_buffer_stats after = stats_of(heap);
        EXPECT_EQ(after.live_blocks, 0u);
        EXPECT_EQ(after.used, 0u);
        EXPECT_EQ(after.free_blocks, 1u) << "free memory is in one piece again";
        EXPECT_EQ(after.largest_free, empty.largest_free);
        EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
        EXPECT_TRUE(buffer.intact());
    }
}

INSTANTIATE_TEST_SUITE_P(, BufferHeapSizes,
                         testing::Values(Case{256, 0, 60}, Case{257, 7, 60}, Case{300, 1, 30},
                                         Case{kKiB, 0, 300}, Case{kKiB, 15, 100},
                                         Case{4 * kKiB, 8, 1000}, Case{64 * kKiB, 3, 5000},
                                         Case{64 * kKiB, 0, 60000}, Case{kMiB, 0, 20000},
                                         Case{8 * kMiB, 16, 300000}),
                         [](const auto& param) {
                             return std::to_string(param.param.size) + "_shift_" +
                                    std::to_string(param.param.shift) + "_blocks_to_" +
                                    std::to_string(param.param.largest);
                         });

TEST(BufferHeap, NeedsARoomOfItsOwn) {
    alignas(16) static unsigned char buffer[ASHLAR_BUFFER_HEAP_MIN + 15];
    for (std::size_t shift = 0; shift < 16; shift++) {
        EXPECT_NE(ashlar_buffer_heap_init(buffer + shift, ASHLAR_BUFFER_HEAP_MIN), nullptr)
            << shift;
    }
    for (std::size_t size : {0ul, 1ul, 16ul, 64ul}) {
        EXPECT_EQ(ashlar_buffer_heap_init(buffer, size), nullptr) << size;
    }
    EXPECT_EQ(ashlar_buffer_heap_init(nullptr, 1000), nullptr);
    // Whatever the size, init refuses or makes a heap that holds together.
    for (std::size_t size = 0; size <= ASHLAR_BUFFER_HEAP_MIN; size++) {
        ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, size);
        if (heap == nullptr) continue;
        EXPECT_EQ(ashlar_buffer_heap_check(heap), 1) << size;
        EXPECT_GE(stats_of(heap).largest_free, 8u) << size;
    }
}

TEST(BufferHeap, OverheadIsWhatIsDocumented) {
    const auto overhead = [](std::size_t size) {
        std::unique_ptr<unsigned char[]> buffer(new unsigned char[size]);
        return size - stats_of(ashlar_buffer_heap_init(buffer.get(), size)).capacity;
    };
    EXPECT_LE(overhead(256), 160u);
    EXPECT_LE(overhead(kKiB), 230u);
    EXPECT_LE(overhead(4 * kKiB), 320u);
    EXPECT_LE(overhead(64 * kMiB), 900u);
}

TEST(BufferHeap, WhatIsSaidToBeFreeCanBeHad) {
    for (std::uint64_t seed = 1; seed <= 20; seed++) {
        std::vector<unsigned char> buffer(100 * kKiB);
        ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer.data(), buffer.size());
        Model model(subject_of(heap), seed);
        for (int i = 0; i < 300; i++) model.step(4000, 100);
        ASSERT_FALSE(HasFatalFailure());
        const std::size_t largest = stats_of(heap).largest_free;
        void* p = ashlar_buffer_heap_alloc(heap, largest);
        ASSERT_NE(p, nullptr) << largest;
        EXPECT_LT(stats_of(heap).largest_free, largest + 16);
        EXPECT_EQ(ashlar_buffer_heap_alloc(heap, 100 * kKiB), nullptr);
        ashlar_buffer_heap_free(heap, p);
    }
}

TEST(BufferHeap, FillsToTheLastUnit) {
    std::vector<unsigned char> buffer(10 * kKiB);
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer.data(), buffer.size());
    std::vector<void*> blocks;
    while (void* p = ashlar_buffer_heap_alloc(heap, 8)) blocks.push_back(p);
    EXPECT_EQ(blocks.size(), stats_of(heap).capacity / 16);
    EXPECT_EQ(stats_of(heap).used, stats_of(heap).capacity);
    EXPECT_EQ(stats_of(heap).largest_free, 0u);
    for (std::size_t i = 0; i < blocks.size(); i += 2) ashlar_buffer_heap_free(heap, blocks[i]);
    EXPECT_EQ(ashlar_buffer_heap_alloc(heap, 9), nullptr) << "no two free units are neighbours";
    for (std::size_t i = 1; i < blocks.size(); i += 2) ashlar_buffer_heap_free(heap, blocks[i]);
    EXPECT_EQ(stats_of(heap).free_blocks, 1u);
}

TEST(BufferHeap, IsDeterministic) {
    const auto trace = [](unsigned char fill) {
        std::vector<unsigned char> buffer(50 * kKiB, fill);
        ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer.data(), buffer.size());
        std::vector<std::ptrdiff_t> places;
        std::vector<void*> live;
        std::mt19937_64 random(3);
        for (int i = 0; i < 5000; i++) {
            if (random() % 3 != 0 || live.empty()) {
                void* p = ashlar_buffer_heap_alloc(heap, random() % 900);
                places.push_back(p == nullptr ? -1
                                              : static_cast<unsigned char*>(p) - buffer.data());
                if (p != nullptr) live.push_back(p);
            } else {
                const std::size_t index = random() % live.size();
                ashlar_buffer_heap_free(heap, live[index]);
                live[index] = live.back();
                live.pop_back();
            }
        }
        return places;
    };
    EXPECT_EQ(trace(0x00), trace(0xff)) << "must not depend on what was in the buffer";
}

// The buffer is copied elsewhere as a whole and used on, as after a restart
// of a process that maps a file.
TEST(BufferHeap, SurvivesAMoveOfItsBuffer) {
    alignas(16) static unsigned char here[32 * kKiB];
    alignas(16) static unsigned char there[sizeof here];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(here, sizeof here);
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < 50; i++) {
        auto* p = static_cast<unsigned char*>(ashlar_buffer_heap_alloc(heap, 20 + i * 5));
        std::memset(p, static_cast<int>(i), 20 + i * 5);
        offsets.push_back(static_cast<std::size_t>(p - here));
    }
    for (std::size_t i = 0; i < 50; i += 3) ashlar_buffer_heap_free(heap, here + offsets[i]);

    std::memcpy(there, here, sizeof here);
    std::memset(here, 0xee, sizeof here);
    ashlar_buffer_heap* again = ashlar_buffer_heap_attach(there, sizeof there);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(stats_of(again).live_blocks, 50u - 17u);
    for (std::size_t i = 0; i < 50; i++) {
        if (i % 3 == 0) continue;
        for (std::size_t j = 0; j < 20 + i * 5; j++) ASSERT_EQ(there[offsets[i] + j], i);
        ashlar_buffer_heap_free(again, there + offsets[i]);
    }
    EXPECT_EQ(stats_of(again).used, 0u);
    EXPECT_NE(ashlar_buffer_heap_alloc(again, 30 * kKiB), nullptr);
}

TEST(BufferHeap, AttachRefusesWhatIsNoHeap) {
    alignas(16) unsigned char buffer[kKiB] = {};
    EXPECT_EQ(ashlar_buffer_heap_attach(buffer, sizeof buffer), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_attach(nullptr, 0), nullptr);
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    void* p = ashlar_buffer_heap_alloc(heap, 100);
    EXPECT_EQ(ashlar_buffer_heap_attach(buffer, sizeof buffer), heap);
    EXPECT_EQ(ashlar_buffer_heap_attach(buffer, sizeof buffer / 2), nullptr) << "cut short";
    EXPECT_EQ(ashlar_buffer_heap_attach(buffer + 16, sizeof buffer - 16), nullptr) << "shifted";
    std::memset(p, 0x11, 120);
    EXPECT_EQ(ashlar_buffer_heap_attach(buffer, sizeof buffer), nullptr) << "overrun";
}

// Damage of any one byte of what the heap keeps for itself is survived by
// attach: it refuses, or what it accepts works.
TEST(BufferHeap, AttachToleratesDamage) {
    alignas(16) static unsigned char whole[2 * kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(whole, sizeof whole);
    void* blocks[10];
    for (auto& p : blocks) p = ashlar_buffer_heap_alloc(heap, 60);
    for (int i = 0; i < 10; i += 2) ashlar_buffer_heap_free(heap, blocks[i]);
    std::mt19937_64 random(9);
    int refused = 0;
    for (std::size_t i = 0; i < sizeof whole; i++) {
        alignas(16) unsigned char copy[sizeof whole];
        std::memcpy(copy, whole, sizeof whole);
        copy[i] = static_cast<unsigned char>(copy[i] ^ (1 + random() % 255));
        ashlar_buffer_heap* damaged = ashlar_buffer_heap_attach(copy, sizeof copy);
        if (damaged == nullptr) {
            refused++;
            continue;
        }
        while (void* p = ashlar_buffer_heap_alloc(damaged, 40)) std::memset(p, 1, 40);
        EXPECT_EQ(ashlar_buffer_heap_check(damaged), 1) << "byte " << i;
    }
    EXPECT_GT(refused, 100);
}

TEST(BufferHeap, LivesInSharedMemory) {
    void* shared = mmap(nullptr, kMiB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(shared, kMiB);
    char* text = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    std::strcpy(text, "from the parent");
    const pid_t child = fork();
    if (child == 0) {
        ashlar_buffer_heap* mine = ashlar_buffer_heap_attach(shared, kMiB);
        if (mine == nullptr || std::strcmp(text, "from the parent") != 0) _exit(1);
        ashlar_buffer_heap_free(mine, text);
        char* reply = static_cast<char*>(ashlar_buffer_heap_alloc(mine, 200));
        std::strcpy(reply, "from the child");
        _exit(0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(stats_of(heap).live_blocks, 1u);
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
    munmap(shared, kMiB);
}

TEST(BufferHeap, AGibibyteTouchesOnlyWhatIsUsed) {
    constexpr std::size_t kSize = 40 * kGiB;  // more than a heap can use
    void* space = mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) GTEST_SKIP() << "no address space of 40 GiB here";
    for (std::size_t size : {kGiB, 3 * kGiB + 12345, kSize}) {
        ashlar_buffer_heap* heap = ashlar_buffer_heap_init(space, size);
        ASSERT_NE(heap, nullptr);
        const std::size_t usable = size < 32 * kGiB ? size : 32 * kGiB;
        EXPECT_GE(stats_of(heap).largest_free + 2000, usable);
        char* a = static_cast<char*>(ashlar_buffer_heap_alloc(heap, usable / 2));
        char* b = static_cast<char*>(ashlar_buffer_heap_alloc(heap, usable / 3));
        ASSERT_TRUE(a != nullptr && b != nullptr);
        a[0] = a[usable / 2 - 1] = b[0] = b[usable / 3 - 1] = 1;
        EXPECT_EQ(ashlar_buffer_heap_alloc(heap, usable / 2), nullptr);
        ashlar_buffer_heap_free(heap, a);
        ashlar_buffer_heap_free(heap, b);
        EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
        EXPECT_EQ(stats_of(heap).free_blocks, 1u);
    }
    munmap(space, kSize);
}

// Two hundred thousand free pieces of all lengths: a search through them for
// each call would take minutes.
TEST(BufferHeap, TimeDoesNotGrowWithFragments) {
    constexpr std::size_t kBlocks = 400000;
    std::vector<unsigned char> buffer(128 * kMiB);
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer.data(), buffer.size());
    std::vector<void*> blocks(kBlocks);
    for (std::size_t i = 0; i < kBlocks; i++) {
        blocks[i] = ashlar_buffer_heap_alloc(heap, 100 + i % 128);
        ASSERT_NE(blocks[i], nullptr);
    }
    for (std::size_t i = 0; i < kBlocks; i += 2) ashlar_buffer_heap_free(heap, blocks[i]);
    EXPECT_GE(stats_of(heap).free_blocks, kBlocks / 2);
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < 2000000; i++) {
        const std::size_t slot = random() % (kBlocks / 2) * 2;
        blocks[slot] = ashlar_buffer_heap_alloc(heap, 50 + random() % 300);
        ASSERT_NE(blocks[slot], nullptr);
        ashlar_buffer_heap_free(heap, blocks[slot]);
    }
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
}

TEST(BufferHeap, ReallocInPlace) {
    alignas(16) unsigned char buffer[4 * kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    auto* first = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    auto* second = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    std::memset(second, 7, 100);
    // The space behind is free.
    EXPECT_EQ(ashlar_buffer_heap_realloc(heap, second, 1000), second);
    EXPECT_EQ(ashlar_buffer_heap_realloc(heap, second, 50), second);
    const ashlar_buffer_stats small = stats_of(heap);
    EXPECT_EQ(small.free_blocks, 1u) << "the tail merged with what was free";
    // Only the space before together with its own and that behind is enough.
    ashlar_buffer_heap_free(heap, first);
    const std::size_t whole = small.capacity - 8;
    auto* moved = static_cast<char*>(ashlar_buffer_heap_realloc(heap, second, whole));
    EXPECT_EQ(moved, first);
    for (int i = 0; i < 50; i++) ASSERT_EQ(moved[i], 7);
    EXPECT_EQ(ashlar_buffer_heap_realloc(heap, moved, whole + 1), nullptr);
    for (int i = 0; i < 50; i++) ASSERT_EQ(moved[i], 7);
    EXPECT_EQ(ashlar_buffer_heap_realloc(heap, moved, 0), nullptr);
    EXPECT_EQ(stats_of(heap).live_blocks, 0u);
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
}

TEST(BufferHeap, RefusesWhatCannotBe) {
    alignas(16) unsigned char buffer[4 * kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    volatile std::size_t huge = SIZE_MAX;
    EXPECT_EQ(ashlar_buffer_heap_alloc(heap, huge), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_zalloc(heap, huge - 8), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_aligned_alloc(heap, senseless(std::size_t{1} << 63), 1), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_aligned_alloc(heap, senseless(0), 1), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_aligned_alloc(heap, senseless(48), 1), nullptr);
    void* p = ashlar_buffer_heap_alloc(heap, 10);
    EXPECT_EQ(ashlar_buffer_heap_realloc(heap, p, huge), nullptr);
    EXPECT_EQ(ashlar_buffer_heap_usable_size(heap, p), 24u);
    EXPECT_EQ(ashlar_buffer_heap_contains(heap, p), 1);
    EXPECT_EQ(ashlar_buffer_heap_contains(heap, buffer + sizeof buffer), 0);
    EXPECT_EQ(ashlar_buffer_heap_contains(heap, nullptr), 0);
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 1);
    ashlar_buffer_heap_free(heap, nullptr);
}

TEST(BufferHeap, SizeZeroIsABlock) {
    alignas(16) unsigned char buffer[kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    void* a = ashlar_buffer_heap_alloc(heap, 0);
    void* b = ashlar_buffer_heap_alloc(heap, 0);
    EXPECT_NE(a, nullptr);
    EXPECT_NE(a, b);
    EXPECT_EQ(stats_of(heap).live_blocks, 2u);
}

TEST(BufferHeapMisuse, IsReported) {
    alignas(16) static unsigned char buffer[4 * kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    auto* before = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    auto* p = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    auto* after = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    int elsewhere = 0;
    const char* invalid = "ashlar: invalid free: 0x[0-9a-f]+ is not the start of a live block\n";
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, p + 16), invalid);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, p + 1), invalid);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, &elsewhere), invalid);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, heap), invalid);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, buffer + sizeof buffer), invalid);
    EXPECT_DEATH((void)!ashlar_buffer_heap_realloc(heap, p + 32, 10), invalid);
    EXPECT_EQ(ashlar_buffer_heap_usable_size(heap, p + 32), 0u);
    // Alone, merged with the block before, and with the one behind.
    const char* twice = "ashlar: double free: 0x[0-9a-f]+ is free already\n";
    ashlar_buffer_heap_free(heap, p);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, p), twice);
    ashlar_buffer_heap_free(heap, before);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, p), twice);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, before), twice);
    ashlar_buffer_heap_free(heap, after);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, after), twice);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, p), twice);
}

TEST(BufferHeapMisuse, AnOverrunIsFound) {
    alignas(16) static unsigned char buffer[4 * kKiB];
    ashlar_buffer_heap* heap = ashlar_buffer_heap_init(buffer, sizeof buffer);
    auto* p = static_cast<char*>(ashlar_buffer_heap_alloc(heap, 100));
    void* next = ashlar_buffer_heap_alloc(heap, 100);
    std::memset(p, 0xff, ashlar_buffer_heap_usable_size(heap, p));
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 1) << "all that is usable may be used";
    // Through the buffer: the compiler knows how long `p` is.
    const auto end_of_p =
        p - reinterpret_cast<char*>(buffer) + ashlar_buffer_heap_usable_size(heap, p);
    buffer[end_of_p] = 1;
    EXPECT_EQ(ashlar_buffer_heap_check(heap), 0);
    EXPECT_DEATH(ashlar_buffer_heap_free(heap, next), "ashlar: invalid free: 0x");
}

}  // namespace
