// Signals that interrupt malloc at any instruction. The handlers do not allocate (malloc is not
// async-signal-safe), but they run on whatever state the allocator left in the middle.
#include <gtest/gtest.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <cstdlib>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

std::atomic<unsigned> received = 0;

void count(int) {
    const int saved = errno;
    errno = EINTR;  // an allocator that reads errno after a system call must look at the result
    received.fetch_add(1, std::memory_order_relaxed);
    errno = saved;
}

void catch_signal(int number) {
    struct sigaction action = {};
    action.sa_handler = count;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

bool churn(std::uint64_t seed, int rounds) {
    struct Slot {
        void* block = nullptr;
        std::size_t size = 0;
        std::uint64_t seed = 0;
    };
    Random random(seed);
    std::vector<Slot> slots(400);
    for (int i = 0; i < rounds; ++i) {
        Slot& slot = slots[random.below(slots.size())];
        if (!intact(slot.block, slot.size, slot.seed)) return false;
        const std::size_t size = random.size_up_to(random.below(30) ? 4000 : 600000);
        if (random.below(3) == 0) {
            slot.block = hide(std::realloc(slot.block, size + 1));
        } else {
            std::free(slot.block);
            slot.block = hide(random.below(2) ? std::malloc(size + 1) : memalign(256, size + 1));
        }
        if (slot.block == nullptr) return false;
        slot.size = size;
        slot.seed = random.next();
        fill(slot.block, size, slot.seed);
    }
    for (const Slot& slot : slots) std::free(slot.block);
    return true;
}

}  // namespace

TEST(Signals, StormOnEveryThread) {
    catch_signal(SIGUSR1);
    received = 0;
    std::atomic<int> running = 3;
    std::atomic<bool> good = true;
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            if (!churn(t, 150000)) good = false;
            --running;
            while (running > 0) usleep(100);  // pthread_kill needs a living thread
        });
    }
    while (running > 0) {
        for (std::thread& thread : threads) pthread_kill(thread.native_handle(), SIGUSR1);
        usleep(20);
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(good);
    EXPECT_GT(received, 1000u);
}

TEST(Signals, TimerInASingleThread) {
    catch_signal(SIGALRM);
    received = 0;
    const itimerval often{{0, 200}, {0, 200}};
    setitimer(ITIMER_REAL, &often, nullptr);
    EXPECT_TRUE(churn(7, 100000));
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    EXPECT_GT(received, 100u);
}

TEST(Signals, HandlersOnAnAlternateStack) {
    std::vector<char> stack(64 * 1024);
    stack_t alternate{};
    alternate.ss_sp = stack.data();
    alternate.ss_size = stack.size();
    ASSERT_EQ(sigaltstack(&alternate, nullptr), 0);
    struct sigaction action = {};
    action.sa_handler = count;
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    sigaction(SIGPROF, &action, nullptr);
    const itimerval often{{0, 1000}, {0, 1000}};
    setitimer(ITIMER_PROF, &often, nullptr);
    EXPECT_TRUE(churn(8, 100000));
    const itimerval never{};
    setitimer(ITIMER_PROF, &never, nullptr);
    alternate.ss_flags = SS_DISABLE;
    sigaltstack(&alternate, nullptr);
}

TEST(Signals, BlockedOnesStayBlocked) {
    // An allocator that blocks signals around a thread of its own must put the mask back.
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR2);
    sigaddset(&some, SIGHUP);
    pthread_sigmask(SIG_SETMASK, &some, nullptr);
    std::thread([] { EXPECT_TRUE(churn(1, 20000)); }).join();
    EXPECT_TRUE(churn(2, 20000));
    malloc_trim(0);
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(sigismember(&after, SIGUSR2), 1);
    EXPECT_EQ(sigismember(&after, SIGHUP), 1);
    EXPECT_EQ(sigismember(&after, SIGUSR1), 0);
}

TEST(Signals, ThreadsOfTheAllocatorTakeNoSignals) {
    // A program that blocks a signal everywhere and waits for it must be the one to get it, even
    // if the allocator has started a thread to give idle memory back.
    const Ending ending = in_child([] {
        sigset_t wanted;
        sigemptyset(&wanted);
        sigaddset(&wanted, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
        std::thread([] { CHILD_CHECK(churn(3, 50000)); }).join();
        usleep(300000);
        kill(getpid(), SIGTERM);
        int number = 0;
        CHILD_CHECK(sigwait(&wanted, &number) == 0 && number == SIGTERM);
        return 0;
    });
    EXPECT_TRUE(ending.is_success()) << ending.text();
}
