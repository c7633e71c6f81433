// Threads that come and go. What a thread leaves behind must stay whole, must be freeable by
// anybody, and must not make the process grow with the number of threads it has ever had.
#include <gtest/gtest.h>
#include <malloc.h>
#include <pthread.h>

#include <atomic>
#include <barrier>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

struct Parcel {
    void* block = nullptr;
    std::size_t size = 0;
    std::uint64_t seed = 0;

    static Parcel made(std::size_t size, std::uint64_t seed) {
        Parcel parcel{hide(std::malloc(size)), size, seed};
        fill(parcel.block, size, seed);
        return parcel;
    }
    bool open_and_free() const {
        const bool good = intact(block, size, seed);
        std::free(block);
        return good;
    }
};

/// Hands parcels from threads to threads; bounded, so that what is live is bounded.
class Mailbox {
  public:
    void put(Parcel parcel) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return parcels_.size() < 5000; });
        parcels_.push_back(parcel);
        changed_.notify_all();
    }
    bool take(Parcel& parcel) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !parcels_.empty() || closed_; });
        if (parcels_.empty()) return false;
        parcel = parcels_.front();
        parcels_.pop_front();
        changed_.notify_all();
        return true;
    }
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Parcel> parcels_;
    bool closed_ = false;
};

constexpr std::size_t kMiBinKiB = 1024;

}  // namespace

TEST(Threads, ThousandsOfShortOnes) {
    std::vector<Parcel> left(8);
    std::atomic<bool> good = true;
    // What is free may stay, for waves that follow each other soon: what may not grow is the rest.
    const auto kept = [] {
        malloc_trim(0);
        return resident_kib();
    };
    std::size_t after_500 = 0;
    // All of a wave live at once: how many do is not left to the scheduler, nor is what is
    // resident.
    std::barrier together(static_cast<std::ptrdiff_t>(left.size()));
    for (int wave = 0; wave < 400; ++wave) {
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < left.size(); ++t) {
            threads.emplace_back([&, wave, t] {
                Random random(static_cast<std::uint64_t>(wave) * 8 + t);
                if (!left[(t + 3) % left.size()].block) left[t] = Parcel::made(100, t);
                std::vector<Parcel> own;
                for (int i = 0; i < 60; ++i) {
                    own.push_back(Parcel::made(random.size_up_to(20000), random.next()));
                }
                together.arrive_and_wait();
                for (const Parcel& parcel : own) {
                    if (!parcel.open_and_free()) good = false;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (std::size_t t = 0; t < left.size(); ++t) {
            if (left[t].block && !left[t].open_and_free()) good = false;
            left[t] = Parcel::made(200 + t, t);
        }
        if (wave == 60) after_500 = kept();
    }
    EXPECT_TRUE(good);
    EXPECT_LE(kept(), after_500 + after_500 / 4 + kMiBinKiB)
        << "2,700 threads later the process is no larger";
    for (const Parcel& parcel : left) EXPECT_TRUE(parcel.open_and_free());
}

TEST(Threads, OneThatOnlyFreesDoesNotMakeTheProcessGrow) {
    for (std::size_t size : {64u, 1500u, 40000u}) {
        Mailbox mailbox;
        bool good = true;
        std::thread freer([&] {
            for (Parcel parcel; mailbox.take(parcel);) good = parcel.open_and_free() && good;
        });
        const std::size_t count = std::min<std::size_t>(400000, (384u << 20) / size);
        std::size_t warm = 0;
        for (std::size_t i = 0; i < count; ++i) {
            mailbox.put(Parcel::made(size, i));
            if (i == count / 8) warm = resident_kib();
        }
        mailbox.close();
        freer.join();
        EXPECT_TRUE(good) << size;
        const std::size_t live = 5000 * size / 1024;
        EXPECT_LE(resident_kib(), warm + live + 24 * kMiBinKiB) << size;
    }
}

TEST(Threads, ProducersAndConsumersKeepContentsAndMemory) {
    Mailbox mailbox;
    std::atomic<std::size_t> received = 0;
    std::atomic<bool> good = true;
    std::vector<std::thread> producers;
    std::vector<std::thread> consumers;
    const std::size_t start = resident_kib();
    for (std::uint64_t p = 0; p < 3; ++p) {
        producers.emplace_back([&, p] {
            Random random(p);
            for (int i = 0; i < 60000; ++i) {
                mailbox.put(Parcel::made(random.size_up_to(8000), random.next()));
            }
        });
        consumers.emplace_back([&] {
            for (Parcel parcel; mailbox.take(parcel); ++received) {
                if (!parcel.open_and_free()) good = false;
            }
        });
    }
    for (std::thread& thread : producers) thread.join();
    mailbox.close();
    for (std::thread& thread : consumers) thread.join();
    EXPECT_TRUE(good);
    EXPECT_EQ(received, 180000u);
    // At most 5,000 parcels of at most 8,000 bytes were ever live.
    EXPECT_LE(resident_kib(), start + 2 * 5000 * 8 + 16 * kMiBinKiB);
}

TEST(Threads, SurvivorsOfExitedThreadsDoNotHoldTheRest) {
    const std::size_t start = resident_kib();
    std::vector<Parcel> survivors;
    std::size_t live = 0;
    for (std::uint64_t t = 0; t < 300; ++t) {
        std::thread([&] {
            Random random(t);
            std::vector<Parcel> own;
            for (int i = 0; i < 3000; ++i) own.push_back(Parcel::made(16 + random.below(700), 1));
            for (std::size_t i = 0; i < own.size(); ++i) {
                if (i % 30 != 0) {
                    own[i].open_and_free();
                } else {
                    survivors.push_back(own[i]);
                    live += own[i].size;
                }
            }
        }).join();
    }
    // 300 threads took 1 MiB each and left a thirtieth: about 10 MiB. Without adoption of what
    // exited threads leave, this is 300 MiB.
    EXPECT_LE(resident_kib(), start + 4 * live / 1024 + 16 * kMiBinKiB);
    for (const Parcel& parcel : survivors) ASSERT_TRUE(parcel.open_and_free());
    survivors = {};
    malloc_trim(0);
    EXPECT_LE(resident_kib(), start + 6 * kMiBinKiB);
}

TEST(Threads, EachGenerationFreesWhatTheLastOneLeft) {
    std::vector<Parcel> heritage;
    std::atomic<bool> good = true;
    std::size_t warm = 0;
    for (std::uint64_t generation = 0; generation < 300; ++generation) {
        std::thread([&] {
            Random random(generation);
            std::vector<Parcel> mine;
            for (int i = 0; i < 1000; ++i) mine.push_back(Parcel::made(random.size_up_to(3000), i));
            for (const Parcel& parcel : heritage) good = parcel.open_and_free() && good;
            heritage = std::move(mine);
        }).join();
        if (generation == 30) warm = resident_kib();
    }
    EXPECT_TRUE(good);
    EXPECT_LE(resident_kib(), warm + 8 * kMiBinKiB);
    for (const Parcel& parcel : heritage) parcel.open_and_free();
}

namespace {

std::atomic<int> destructor_runs = 0;
pthread_key_t rearmed_key;

void allocate_and_rearm(void* block) {
    ++destructor_runs;
    if (!intact(block, 500, 17)) std::abort();
    std::free(block);
    void* large = hide(std::malloc(300000));
    std::memset(large, 1, 300000);
    std::free(large);
    void* again = hide(std::malloc(500));
    fill(again, 500, 17);
    // POSIX calls the destructor again while values are set, PTHREAD_DESTRUCTOR_ITERATIONS times;
    // what is set in the last one leaks, as under any malloc.
    pthread_setspecific(rearmed_key, again);
}

struct AllocatesWhenDestroyed {
    std::string text = std::string(1000, 'x');
    std::vector<std::unique_ptr<std::string>> more;
    ~AllocatesWhenDestroyed() {
        for (int i = 0; i < 100; ++i) more.push_back(std::make_unique<std::string>(300, 'y'));
        ++destructor_runs;
    }
};
thread_local AllocatesWhenDestroyed on_thread_exit;

}  // namespace

TEST(Threads, KeyDestructorsAllocateInEveryIteration) {
    // Many keys on both sides of the allocator's own key, if it has one: some destructors run
    // after the allocator has said goodbye to the thread.
    pthread_key_t others[40];
    for (pthread_key_t& key : others) {
        ASSERT_EQ(pthread_key_create(&key,
                                     [](void* block) {
                                         std::free(block);
                                         std::free(hide(std::malloc(4000)));
                                     }),
                  0);
    }
    ASSERT_EQ(pthread_key_create(&rearmed_key, allocate_and_rearm), 0);
    destructor_runs = 0;
    std::size_t warm = 0;
    for (int i = 0; i < 600; ++i) {
        std::thread([&] {
            for (pthread_key_t key : others) pthread_setspecific(key, hide(std::malloc(777)));
            void* block = hide(std::malloc(500));
            fill(block, 500, 17);
            pthread_setspecific(rearmed_key, block);
        }).join();
        if (i == 100) warm = resident_kib();
    }
    EXPECT_EQ(destructor_runs, 600 * PTHREAD_DESTRUCTOR_ITERATIONS);
    EXPECT_LE(resident_kib(), warm + 3 * kMiBinKiB) << "only 500 blocks of 500 bytes leak here";
    for (pthread_key_t key : others) pthread_key_delete(key);
    pthread_key_delete(rearmed_key);
}

TEST(Threads, ThreadLocalDestructorsAllocate) {
    destructor_runs = 0;
    std::size_t warm = 0;
    for (int i = 0; i < 500; ++i) {
        std::thread([] { on_thread_exit.text += "used"; }).join();
        if (i == 100) warm = resident_kib();
    }
    EXPECT_EQ(destructor_runs, 500);
    EXPECT_LE(resident_kib(), warm + 2 * kMiBinKiB);
}

TEST(Threads, SmallestStacksSuffice) {
    // Not a frame of the allocator may be large: programs run threads on 16 KiB.
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, static_cast<std::size_t>(PTHREAD_STACK_MIN)),
              0);
    for (int i = 0; i < 50; ++i) {
        pthread_t thread;
        ASSERT_EQ(pthread_create(
                      &thread, &attributes,
                      [](void*) -> void* {
                          for (std::size_t size = 1; size < 8u << 20; size += 1 + size / 3) {
                              void* block = hide(std::calloc(1, size));
                              block = hide(std::realloc(block, size * 2));
                              void* aligned = hide(memalign(4096, size));
                              std::free(block);
                              std::free(aligned);
                          }
                          malloc_trim(0);
                          return nullptr;
                      },
                      nullptr),
                  0);
        pthread_join(thread, nullptr);
    }
    pthread_attr_destroy(&attributes);
}

TEST(Threads, DetachedOnesThatOutliveEachOther) {
    static std::atomic<int> finished = 0;
    static std::atomic<bool> good = true;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (std::size_t i = 0; i < 1000; ++i) {
        pthread_t thread;
        auto* parcel = new Parcel(Parcel::made(i * 37 % 9000, i));
        while (pthread_create(
                   &thread, &attributes,
                   [](void* argument) -> void* {
                       auto* inherited = static_cast<Parcel*>(argument);
                       if (!inherited->open_and_free()) good = false;
                       delete inherited;
                       ++finished;
                       return nullptr;
                   },
                   parcel) != 0) {
            usleep(1000);
        }
    }
    for (int waited = 0; finished < 1000 && waited < 10000; ++waited) usleep(1000);
    EXPECT_EQ(finished, 1000);
    EXPECT_TRUE(good);
    pthread_attr_destroy(&attributes);
}

TEST(Threads, CancelledOnesLeaveAWorkingHeap) {
    for (int i = 0; i < 200; ++i) {
        pthread_t thread;
        ASSERT_EQ(pthread_create(
                      &thread, nullptr,
                      [](void*) -> void* {
                          void* held = hide(std::malloc(5000));
                          pthread_cleanup_push(std::free, held);
                          for (std::size_t n = 0;; ++n) {
                              std::free(hide(std::malloc(n % 100000)));
                              pthread_testcancel();
                          }
                          pthread_cleanup_pop(0);
                          return nullptr;
                      },
                      nullptr),
                  0);
        if (i % 4 == 0) usleep(1000);
        pthread_cancel(thread);
        void* result = nullptr;
        pthread_join(thread, &result);
        EXPECT_EQ(result, PTHREAD_CANCELED);
    }
    EXPECT_TRUE(Parcel::made(10000, 1).open_and_free());
}

TEST(Threads, ThousandAtOnce) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    static std::mutex gate;
    std::vector<pthread_t> threads(1000);
    const std::size_t start = resident_kib();
    gate.lock();
    for (pthread_t& thread : threads) {
        ASSERT_EQ(pthread_create(
                      &thread, &attributes,
                      [](void*) -> void* {
                          void* block = hide(std::malloc(100));
                          void* other = hide(std::malloc(1000));
                          gate.lock();
                          gate.unlock();
                          std::free(block);
                          std::free(other);
                          return nullptr;
                      },
                      nullptr),
                  0);
    }
    // Stacks and the kernel's page granularity take about 20 KiB a thread of this.
    EXPECT_LE(resident_kib(), start + 1000 * 64)
        << "a thread that holds 1,100 bytes costs too much";
    gate.unlock();
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}
