// Heaps of one's own.

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

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

ashlar_stats stats_of(ashlar_heap* heap) {
    ashlar_stats stats{};
    ashlar_heap_stats_get(heap, &stats, sizeof stats);
    return stats;
}

ashlar_stats process_stats() {
    ashlar_stats stats{};
    ashlar_stats_get(&stats, sizeof stats);
    return stats;
}

Subject subject_of(ashlar_heap* heap) {
    return {
        [=](std::size_t size) { return ashlar_heap_alloc(heap, size); },
        [=](std::size_t size) { return ashlar_heap_zalloc(heap, size); },
        [=](std::size_t align, std::size_t size) {
            return ashlar_heap_aligned_alloc(heap, align, size);
        },
        [=](void* p, std::size_t size) { return ashlar_heap_realloc(heap, p, size); },
        [=](void* p) { ashlar_heap_free(heap, p); },
        [](const void* p) { return ashlar_usable_size(p); },
    };
}

class PrivateHeap : public testing::Test {
  protected:
    void SetUp() override {
        heap_ = ashlar_heap_create();
        ASSERT_NE(heap_, nullptr);
    }
    void TearDown() override { ashlar_heap_destroy(heap_); }

    ashlar_heap* heap_ = nullptr;
};

TEST_F(PrivateHeap, KeepsWhatItIsGiven) {
    for (std::uint64_t seed = 1; seed <= 3; seed++) {
        Model model(subject_of(heap_), seed);
        for (int i = 0; i < 6000; i++) {
            model.step(i % 100 == 0 ? 3 * kMiB : 40 * kKiB, 300);
            ASSERT_FALSE(HasFatalFailure());
        }
        EXPECT_EQ(model.refusals(), 0u);
        model.check_all();
        EXPECT_EQ(stats_of(heap_).live_blocks, model.live_blocks());
        EXPECT_GE(stats_of(heap_).live_bytes, model.live_bytes());
        model.deallocate_all();
        EXPECT_EQ(stats_of(heap_).live_blocks, 0u);
    }
}

TEST_F(PrivateHeap, StatisticsAreExactForEveryKind) {
    void* small = ashlar_heap_alloc(heap_, 100);
    void* medium = ashlar_heap_alloc(heap_, 100 * kKiB);
    void* large = ashlar_heap_alloc(heap_, 5 * kMiB);
    const ashlar_stats stats = stats_of(heap_);
    EXPECT_EQ(stats.size, sizeof stats);
    EXPECT_EQ(stats.small.blocks, 1u);
    EXPECT_EQ(stats.small.bytes, ashlar_usable_size(small));
    EXPECT_EQ(stats.medium.blocks, 1u);
    EXPECT_EQ(stats.medium.bytes, ashlar_usable_size(medium));
    EXPECT_EQ(stats.large.blocks, 1u);
    EXPECT_EQ(stats.large.bytes, ashlar_usable_size(large));
    EXPECT_EQ(stats.class_count, 1u);
    EXPECT_EQ(stats.classes[0].size, ashlar_good_size(100));
    EXPECT_EQ(stats.classes[0].blocks, 1u);
    for (void* p : {small, medium, large}) ashlar_free(p);
    EXPECT_EQ(stats_of(heap_).live_blocks, 0u);
    EXPECT_EQ(stats_of(heap_).live_bytes, 0u);
}

TEST_F(PrivateHeap, IsCountedInTheProcess) {
    const ashlar_stats before = process_stats();
    std::vector<void*> blocks;
    for (int i = 0; i < 1000; i++) blocks.push_back(ashlar_heap_alloc(heap_, 2000));
    const ashlar_stats during = process_stats();
    EXPECT_EQ(during.private_heaps, before.private_heaps);
    EXPECT_GE(during.live_bytes, before.live_bytes + 1000 * 2000);
    for (void* p : blocks) ashlar_heap_free(heap_, p);
}

TEST_F(PrivateHeap, KnowsItsBlocks) {
    ashlar_heap* other = ashlar_heap_create();
    for (std::size_t size : {1ul, 4000ul, 20000ul, 300 * kKiB, 2 * kMiB}) {
        void* mine = ashlar_heap_alloc(heap_, size);
        void* others = ashlar_heap_alloc(other, size);
        void* everybodys = ashlar_malloc(size);
        EXPECT_EQ(ashlar_heap_of(mine), heap_) << size;
        EXPECT_EQ(ashlar_heap_of(others), other) << size;
        EXPECT_EQ(ashlar_heap_of(everybodys), nullptr) << size;
        for (void* p : {mine, others, everybodys}) ashlar_free(p);
    }
    int local = 0;
    EXPECT_EQ(ashlar_heap_of(&local), nullptr);
    EXPECT_EQ(ashlar_heap_of(nullptr), nullptr);
    ashlar_heap_destroy(other);
}

TEST_F(PrivateHeap, ReallocKeepsABlockInItsHeap) {
    char* p = static_cast<char*>(ashlar_heap_alloc(heap_, 10));
    std::memcpy(p, "contents", 9);
    for (std::size_t size : {100ul, 10 * kKiB, 200 * kKiB, 3 * kMiB, 30 * kMiB, 50 * kKiB, 20ul}) {
        p = static_cast<char*>(ashlar_realloc(p, size));
        ASSERT_NE(p, nullptr);
        EXPECT_STREQ(p, "contents") << size;
        EXPECT_EQ(ashlar_heap_of(p), heap_) << size;
        EXPECT_EQ(stats_of(heap_).live_blocks, 1u) << size;
    }
    EXPECT_EQ(ashlar_realloc(p, 0), nullptr);
    EXPECT_EQ(stats_of(heap_).live_blocks, 0u);
}

TEST_F(PrivateHeap, ReallocOfNullAllocates) {
    void* p = ashlar_heap_realloc(heap_, nullptr, 77);
    EXPECT_EQ(ashlar_heap_of(p), heap_);
    EXPECT_EQ(ashlar_heap_realloc(heap_, p, 0), nullptr);
    EXPECT_EQ(stats_of(heap_).live_blocks, 0u);
}

TEST_F(PrivateHeap, RefusesWhatCannotBe) {
    errno = 0;
    volatile std::size_t huge = SIZE_MAX / 2 + 1;
    EXPECT_EQ(ashlar_heap_alloc(heap_, huge), nullptr);
    EXPECT_EQ(errno, ENOMEM);
    errno = 0;
    EXPECT_EQ(ashlar_heap_calloc(heap_, huge, 3), nullptr);
    EXPECT_EQ(errno, ENOMEM);
    errno = 0;
    EXPECT_EQ(ashlar_heap_aligned_alloc(heap_, senseless(24), 100), nullptr);
    EXPECT_EQ(errno, EINVAL);
    errno = 0;
    EXPECT_EQ(ashlar_heap_aligned_alloc(heap_, senseless(0), 100), nullptr);
    EXPECT_EQ(errno, EINVAL);
    EXPECT_EQ(stats_of(heap_).live_blocks, 0u);
}

TEST_F(PrivateHeap, CallocZeroesReusedMemory) {
    for (std::size_t size : {24ul, 3000ul, 20 * kKiB, 700 * kKiB}) {
        void* p = ashlar_heap_alloc(heap_, size);
        std::memset(p, 0x5a, size);
        ashlar_free(p);
        auto* z = static_cast<unsigned char*>(ashlar_heap_calloc(heap_, 1, size));
        for (std::size_t i = 0; i < size; i++) ASSERT_EQ(z[i], 0) << i << " of " << size;
        ashlar_free(z);
    }
}

TEST(PrivateHeaps, DestroyGivesEverythingBack) {
    // Once, so that structures that are kept are there.
    ashlar_heap_destroy(ashlar_heap_create());
    const ashlar_stats before = process_stats();
    for (int round = 0; round < 20; round++) {
        ashlar_heap* heap = ashlar_heap_create();
        for (std::size_t i = 0; i < 3000; i++) {
            auto* p = static_cast<char*>(ashlar_heap_alloc(heap, 1 + i * 7 % 9000));
            ASSERT_NE(p, nullptr);
            *p = 1;
            if (i % 5 == 0) ashlar_free(p);
        }
        for (int i = 0; i < 10; i++) ASSERT_NE(ashlar_heap_alloc(heap, kMiB), nullptr);
        EXPECT_EQ(process_stats().private_heaps, before.private_heaps + 1);
        ashlar_heap_destroy(heap);
    }
    const ashlar_stats after = process_stats();
    EXPECT_EQ(after.live_blocks, before.live_blocks);
    EXPECT_EQ(after.live_bytes, before.live_bytes);
    EXPECT_EQ(after.small.address_bytes, before.small.address_bytes);
    EXPECT_EQ(after.medium.address_bytes, before.medium.address_bytes);
    EXPECT_EQ(after.large.address_bytes, before.large.address_bytes);
    EXPECT_EQ(after.private_heaps, before.private_heaps);
    ashlar_heap_destroy(nullptr);
}

TEST(PrivateHeaps, DestroyLeavesOthersAlone) {
    ashlar_heap* heaps[4];
    std::vector<Model> models;
    for (auto& heap : heaps) {
        heap = ashlar_heap_create();
        models.emplace_back(subject_of(heap), models.size() + 10);
    }
    for (int round = 0; round < 30; round++) {
        for (int i = 0; i < 400; i++) models[models[0].pick(4)].step(100 * kKiB, 100);
        const std::size_t victim = models[0].pick(3) + 1;
        models[victim].forget_all();
        ashlar_heap_destroy(heaps[victim]);
        heaps[victim] = ashlar_heap_create();
        models[victim] = Model(subject_of(heaps[victim]), models[0].pick(1000));
        for (Model& model : models) model.check_all();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
    }
    for (auto& heap : heaps) ashlar_heap_destroy(heap);
}

TEST(PrivateHeaps, ThreadsShareOneHeap) {
    ashlar_heap* heap = ashlar_heap_create();
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; t++) {
        threads.emplace_back([heap, t] {
            Model model(subject_of(heap), t);
            for (int i = 0; i < 4000; i++) model.step(20 * kKiB, 100);
            model.deallocate_all();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(stats_of(heap).live_blocks, 0u);
    ashlar_heap_destroy(heap);
}

// One thread allocates, others free by the ordinary free, as queues do.
TEST(PrivateHeaps, OtherThreadsFree) {
    constexpr std::size_t kBlocks = 20000;
    ashlar_heap* heap = ashlar_heap_create();
    std::vector<std::atomic<void*>> handover(kBlocks);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 3; t++) {
        threads.emplace_back([&, t] {
            for (std::size_t i = t; i < kBlocks; i += 3) {
                void* p = nullptr;
                while ((p = handover[i].load(std::memory_order_acquire)) == nullptr) {
                    std::this_thread::yield();
                }
                ashlar_free(p);
            }
        });
    }
    for (std::size_t i = 0; i < kBlocks; i++) {
        const std::size_t size = i % 100 == 0 ? 600 * kKiB : (i % 10 == 0 ? 9000 : 1 + i % 300);
        void* p = ashlar_heap_alloc(heap, size);
        ASSERT_NE(p, nullptr);
        std::memset(p, 1, size < 100 ? size : 100);
        handover[i].store(p, std::memory_order_release);
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(stats_of(heap).live_blocks, 0u);
    ashlar_heap_destroy(heap);
}

// A block in the cache of a thread that freed it would outlive its heap.
TEST(PrivateHeaps, NothingStaysInThreadCaches) {
    for (int round = 0; round < 50; round++) {
        ashlar_heap* heap = ashlar_heap_create();
        for (int i = 0; i < 20; i++) ashlar_free(ashlar_heap_alloc(heap, 8000));
        ashlar_heap_destroy(heap);
        void* p = ashlar_malloc(8000);
        EXPECT_EQ(ashlar_heap_of(p), nullptr);
        EXPECT_GE(ashlar_usable_size(p), 8000u);
        ashlar_free(p);
    }
}

TEST(PrivateHeaps, WorkInTheChildOfAFork) {
    ashlar_heap* heap = ashlar_heap_create();
    std::atomic<bool> stop{false};
    std::thread busy([&] {
        while (!stop.load()) ashlar_heap_free(heap, ashlar_heap_alloc(heap, 20000));
    });
    for (int i = 0; i < 20; i++) {
        const pid_t child = fork();
        if (child == 0) {
            void* p = ashlar_heap_alloc(heap, 100);
            void* q = ashlar_heap_alloc(heap, 20 * kKiB);
            const bool good = p != nullptr && q != nullptr;
            ashlar_heap_free(heap, p);
            ashlar_heap_destroy(heap);
            ashlar_heap_destroy(ashlar_heap_create());
            _exit(good ? 0 : 1);
        }
        int status = -1;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_EQ(status, 0);
    }
    stop.store(true);
    busy.join();
    ashlar_heap_destroy(heap);
}

TEST(PrivateHeaps, PurgeKeepsWhatIsLive) {
    ashlar_heap* heap = ashlar_heap_create();
    Model model(subject_of(heap), 5);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 300; i++) model.step(60 * kKiB, 200);
        ashlar_purge();
        model.check_all();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
    }
    model.deallocate_all();
    ashlar_purge();
    EXPECT_EQ(stats_of(heap).small.address_bytes, 0u) << "empty slabs stay after a purge";
    ashlar_heap_destroy(heap);
}

using PrivateHeapMisuse = PrivateHeap;

TEST_F(PrivateHeapMisuse, OfADestroyedHeap) {
    ashlar_heap* dead = ashlar_heap_create();
    ashlar_heap_destroy(dead);
    EXPECT_DEATH((void)!ashlar_heap_alloc(dead, 10),
                 "ashlar: invalid heap: 0x[0-9a-f]+ was destroyed or is no heap\n");
    EXPECT_DEATH(ashlar_heap_destroy(dead), "ashlar: invalid heap: 0x");
    EXPECT_DEATH((void)!ashlar_heap_alloc(nullptr, 10), "ashlar: invalid heap: 0x0 ");
}

TEST_F(PrivateHeapMisuse, FreeIntoTheWrongHeap) {
    ashlar_heap* other = ashlar_heap_create();
    for (std::size_t size : {100ul, 20 * kKiB, 2 * kMiB}) {
        void* p = ashlar_heap_alloc(other, size);
        EXPECT_DEATH(
            ashlar_heap_free(heap_, p),
            "ashlar: invalid free: 0x[0-9a-f]+ is not a block of the heap it was given to");
        EXPECT_DEATH((void)!ashlar_heap_realloc(heap_, p, 50), "ashlar: invalid free: 0x");
        ashlar_free(p);
    }
    ashlar_heap_destroy(other);
}

TEST_F(PrivateHeapMisuse, DoubleFreeOfLargerBlocks) {
    for (std::size_t size : {20 * kKiB, 2 * kMiB}) {
        void* p = ashlar_heap_alloc(heap_, size);
        EXPECT_DEATH(
            {
                ashlar_free(p);
                ashlar_free(p);
            },
            "ashlar: (double|invalid) free: 0x")
            << size;
        ashlar_free(p);
    }
}

}  // namespace
