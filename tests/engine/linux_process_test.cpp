// src/port/linux_process against its contract, on the machine the tests run on.

#include <cerrno>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "fresh_process.h"
#include "port/linux_process/linux_process.h"

namespace ashlar::port {
namespace {

using testing_support::in_fresh_process;
using P = LinuxProcess;

// A place of the kernel's choice, for our use.
char* committed(usize bytes) {
    char* at = static_cast<char*>(P::reserve(bytes, 2 * kMiB));
    EXPECT_NE(at, nullptr);
    EXPECT_TRUE(P::commit(at, bytes));
    return at;
}

TEST(LinuxProcess, ReservationsAreAlignedAndCommitInParts) {
    for (usize align = 4096; align <= kGiB; align *= 2) {
        char* at = static_cast<char*>(P::reserve(4 * kMiB, align));
        ASSERT_NE(at, nullptr);
        EXPECT_EQ(address(at) % align, 0U);
        EXPECT_TRUE(P::commit(at + kMiB, kMiB));
        EXPECT_EQ(at[kMiB], 0);
        at[kMiB] = 1;
        EXPECT_EQ(munmap(at, 4 * kMiB), 0);
    }
    EXPECT_EQ(P::reserve(~usize{0} - 4095, 4096), nullptr);
    EXPECT_EQ(P::reserve(usize{1} << 60, 4096), nullptr);
}

TEST(LinuxProcess, ClaimNeverReplacesAMapping) {
    char* at = committed(kMiB);
    at[0] = 5;
    EXPECT_EQ(P::claim(at, 4096), Claim::Taken);
    EXPECT_EQ(P::claim(at + kMiB - 4096, 8192), Claim::Taken);
    EXPECT_EQ(at[0], 5);
    munmap(at, kMiB);
    EXPECT_EQ(P::claim(at, kMiB), Claim::Done);
    EXPECT_EQ(at[0], 0);
    munmap(at, kMiB);
}

TEST(LinuxProcess, DiscardedMemoryReadsAsZero) {
    char* at = committed(kMiB);
    std::memset(at, 1, kMiB);
    P::discard(at + 8192, 4096);
    EXPECT_EQ(at[8191], 1);
    EXPECT_EQ(at[8192], 0);
    EXPECT_EQ(at[12287], 0);
    EXPECT_EQ(at[12288], 1);
    // Locked memory cannot be advised away.
    if (mlock(at, 64 * kKiB) == 0) {
        P::discard(at, 64 * kKiB);
        for (usize i = 0; i < 64 * kKiB; i++) ASSERT_EQ(at[i], 0);
    }
    munmap(at, kMiB);
}

TEST(LinuxProcess, MovedPagesLeaveZeroes) {
    char* at = committed(4 * kMiB);
    std::memset(at, 7, kMiB);
    std::memset(at + 2 * kMiB, 8, kMiB);
    if (!P::move(at, at + 2 * kMiB, kMiB)) GTEST_SKIP() << "this kernel cannot";
    for (usize i = 0; i < kMiB; i += 512) {
        ASSERT_EQ(at[i], 0);
        ASSERT_EQ(at[2 * kMiB + i], 7);
    }
    P::reset(at + 2 * kMiB, kMiB);
    EXPECT_EQ(at[2 * kMiB], 0);
    at[0] = 1;
    munmap(at, 4 * kMiB);
}

// Regression: kernels drop the target's mapping before they look whether the move can be
// done; the range must be ours again when it cannot.
TEST(LinuxProcess, AMoveThatFailsLeavesBothRangesOurs) {
    in_fresh_process([] {
        char* at = committed(8 * kMiB);
        std::memset(at, 7, kMiB);
        // The source is two mappings that differ in their rights: no kernel moves those at once.
        ASSERT_EQ(mprotect(at + kMiB / 2, kMiB / 2, PROT_READ), 0);
        const bool moved = P::move(at, at + 4 * kMiB, kMiB);
        if (moved) return;
        EXPECT_EQ(at[0], 7);
        at[4 * kMiB] = 1;  // faults if it is a hole
        at[5 * kMiB - 1] = 1;
    });
}

TEST(LinuxProcess, TheClockDoesNotGoBack) {
    u32 last = P::now_ms();
    for (int i = 0; i < 1000; i++) {
        const u32 now = P::now_ms();
        ASSERT_LT(now - last, 10'000U);
        last = now;
    }
}

TEST(LinuxProcess, CallsKeepErrno) {
    char* at = committed(kMiB);
    errno = 77;
    P::claim(at, 4096);
    P::reserve(usize{1} << 60, 4096);
    P::commit(at, 4096);
    P::discard(at, 4096);
    P::move(at, at + 8192, 4096);
    P::reset(at + 8192, 4096);
    const u32 word = 1;
    P::park(&word, 0);
    P::unpark_one(&word);
    P::at_thread_exit([] {});
    EXPECT_EQ(errno, 77);
    munmap(at, kMiB);
}

TEST(LinuxProcess, TheExitHookRunsOnceInTheThread) {
    static thread_local int here = 0;
    static int seen = 0;
    static int calls = 0;
    std::thread([] {
        here = 42;
        P::at_thread_exit([] {
            seen = here;
            calls++;
        });
    }).join();
    EXPECT_EQ(seen, 42);
    EXPECT_EQ(calls, 1);
}

// Regression: with no thread key left the hook was registered under key 0, somebody else's.
TEST(LinuxProcess, WithoutAThreadKeyOthersKeepTheirs) {
    in_fresh_process([] {
        pthread_key_t key = 0;
        while (pthread_key_create(&key, nullptr) == 0) {
        }
        void* const before = pthread_getspecific(0);
        P::at_thread_exit([] {});
        EXPECT_EQ(pthread_getspecific(0), before);
    });
}

}  // namespace
}  // namespace ashlar::port
