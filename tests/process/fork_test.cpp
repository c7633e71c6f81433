// fork copies one thread and everybody's locks. The child's heap must work all the same, whatever
// the other threads were doing at that instant, and must be the child's own.
#include <gtest/gtest.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/time.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

extern char** environ;

using namespace ashlar::test;

namespace {

/// Threads that are inside the allocator nearly all the time, on every path of it.
class Churn {
  public:
    explicit Churn(int threads) {
        for (int t = 0; t < threads; ++t) {
            threads_.emplace_back([this, t] {
                Random random(static_cast<std::uint64_t>(t));
                std::vector<void*> held(200);
                while (!stop_) {
                    void*& block = held[random.below(held.size())];
                    const std::size_t size = random.size_up_to(random.below(20) ? 3000 : 900000);
                    if (random.below(4) == 0) {
                        block = hide(std::realloc(block, size + 1));
                    } else {
                        std::free(block);
                        block = hide(std::malloc(size));
                    }
                }
                for (void* block : held) std::free(block);
            });
        }
    }
    ~Churn() {
        stop_ = true;
        for (std::thread& thread : threads_) thread.join();
    }
    Churn(const Churn&) = delete;
    Churn& operator=(const Churn&) = delete;

  private:
    std::atomic<bool> stop_ = false;
    std::vector<std::thread> threads_;
};

struct Held {
    void* block;
    std::size_t size;
    std::uint64_t seed;
};

std::vector<Held> hold(int count, std::uint64_t seed) {
    Random random(seed);
    std::vector<Held> held;
    for (int i = 0; i < count; ++i) {
        const std::size_t size = random.size_up_to(i % 50 == 0 ? 500000 : 4000);
        held.push_back({hide(std::malloc(size)), size, random.next()});
        fill(held.back().block, size, held.back().seed);
    }
    return held;
}

bool release(const std::vector<Held>& held) {
    bool good = true;
    for (const Held& each : held) {
        good = intact(each.block, each.size, each.seed) && good;
        std::free(each.block);
    }
    return good;
}

/// What a child does that is not going to exec: everything.
int live_on(const std::vector<Held>& inherited, int generations) {
    CHILD_CHECK(release(inherited));
    const std::vector<Held> own = hold(300, 99);
    std::atomic<bool> good = true;
    std::thread threads[2];
    for (std::thread& thread : threads) {
        thread = std::thread([&good] { good = release(hold(200, 5)) && good; });
    }
    for (std::thread& thread : threads) thread.join();
    CHILD_CHECK(good);
    if (generations > 0) {
        CHILD_CHECK(in_child([&] { return live_on(own, generations - 1); }, 30).is_success());
    }
    CHILD_CHECK(release(own));
    malloc_trim(0);
    return 0;
}

}  // namespace

TEST(Fork, WhileOtherThreadsAllocate) {
    Churn churn(3);
    for (int i = 0; i < 80; ++i) {
        const std::vector<Held> held = hold(200, static_cast<std::uint64_t>(i));
        const Ending ending = in_child([&] { return live_on(held, i % 10 == 0 ? 2 : 0); }, 30);
        ASSERT_TRUE(ending.is_success()) << "fork " << i << ": " << ending.text();
        ASSERT_TRUE(release(held)) << "the child's frees are the child's alone";
    }
}

TEST(Fork, FromManyThreadsAtOnce) {
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
        threads.emplace_back([&failures, t] {
            for (int i = 0; i < 25; ++i) {
                const std::vector<Held> held = hold(100, t);
                if (!in_child([&] { return live_on(held, 0); }, 30).is_success()) ++failures;
                if (!release(held)) ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failures, 0);
}

TEST(Fork, GenerationsOfChildren) {
    const Ending ending = in_child([] { return live_on(hold(200, 1), 12); });
    EXPECT_TRUE(ending.is_success()) << ending.text();
}

TEST(Fork, MemoryIsCopiedAndNotShared) {
    const std::vector<Held> held = hold(2000, 3);
    const Ending ending = in_child([&] {
        for (const Held& each : held) std::memset(each.block, 0xff, each.size);
        return 0;
    });
    EXPECT_TRUE(ending.is_success());
    EXPECT_TRUE(release(held));
}

TEST(Fork, ChildFreesWhatThreadsOfTheParentOwn) {
    // Blocks of running and of exited threads: in the child their owners do not exist.
    std::vector<Held> held;
    std::atomic<bool> stop = false;
    std::atomic<bool> ready = false;
    std::thread running([&] {
        held = hold(5000, 2);
        ready = true;
        while (!stop) std::free(hide(std::malloc(100)));
    });
    while (!ready) usleep(100);
    std::vector<Held> orphans;
    std::thread([&] { orphans = hold(5000, 4); }).join();
    const Ending ending = in_child([&] {
        CHILD_CHECK(release(held) && release(orphans));
        held = {};
        orphans = {};
        std::vector<Held> reused = hold(10000, 8);
        CHILD_CHECK(release(reused));
        return 0;
    });
    EXPECT_TRUE(ending.is_success()) << ending.text();
    stop = true;
    running.join();
    EXPECT_TRUE(release(held));
    EXPECT_TRUE(release(orphans));
}

TEST(Fork, ChildReusesWhatItFrees) {
    Churn churn(2);
    const Ending ending = in_child([] {
        std::size_t warm = 0;
        for (std::uint64_t i = 0; i < 200; ++i) {
            CHILD_CHECK(release(hold(500, i)));
            if (i == 20) warm = resident_kib();
        }
        CHILD_CHECK(resident_kib() <= warm + 16 * 1024);
        return 0;
    });
    EXPECT_TRUE(ending.is_success()) << ending.text();
}

namespace {

void* made_in_prepare = nullptr;
int handlers_run = 0;

void prepare() {
    made_in_prepare = hide(std::malloc(12345));
    fill(made_in_prepare, 12345, 6);
    std::free(hide(std::malloc(1 << 20)));
    ++handlers_run;
}
void after_fork() {
    if (!intact(made_in_prepare, 12345, 6)) _exit(9);
    std::free(made_in_prepare);
    std::free(hide(std::malloc(70000)));
    ++handlers_run;
}

}  // namespace

TEST(Fork, HandlersAllocateOnBothSides) {
    Churn churn(2);
    ASSERT_EQ(pthread_atfork(prepare, after_fork, after_fork), 0);
    for (int i = 0; i < 40; ++i) {
        handlers_run = 0;
        const Ending ending = in_child([] { return handlers_run == 2 ? 0 : 1; }, 20);
        ASSERT_TRUE(ending.is_success()) << ending.text();
        ASSERT_EQ(handlers_run, 2);
    }
}

TEST(Fork, WhileStreamsAreReadAndFlushed) {
    // getline allocates under its stream's lock; fflush(NULL) waits for that lock under the lock of
    // the list of streams; and fork waits for the list. So fork may hold nothing of the heap then.
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&stop] {
            std::vector<char> lines(3u << 20, 'x');
            for (std::size_t at = 0, length = 50; at < lines.size(); at += length) {
                lines[at] = '\n';
                length = length * 3 / 2 % 800000 + 50;
            }
            while (!stop) {
                FILE* stream = fmemopen(lines.data(), lines.size(), "r");
                while (!std::feof(stream)) {
                    char* line = nullptr;
                    std::size_t room = 0;
                    if (getline(&line, &room, stream) < 0) stop = stop || !std::feof(stream);
                    std::free(line);
                }
                std::fclose(stream);
            }
        });
        threads.emplace_back([&stop] {
            while (!stop) std::fflush(nullptr);
        });
    }
    for (int i = 0; i < 200; ++i) {
        const Ending ending = in_child(
            [] {
                FILE* file = std::fopen("/proc/self/stat", "r");
                CHILD_CHECK(file != nullptr && std::fgetc(file) != EOF && std::fclose(file) == 0);
                std::fflush(nullptr);
                return 0;
            },
            20);
        ASSERT_TRUE(ending.is_success()) << ending.text();
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
}

TEST(Fork, FromSignalHandlersOfASingleThread) {
    // fork is async-signal-safe as long as there is one thread, in the middle of malloc as well.
    static int failures = 0;
    static int forks = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) {
        const int saved = errno;
        const pid_t child = fork();
        if (child == 0) _exit(0);
        ++forks;
        if (!wait_for(child).is_success()) ++failures;
        errno = saved;
    };
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 300}, {0, 300}};
    setitimer(ITIMER_REAL, &often, nullptr);
    // Sizes whose every call takes a lock.
    // NOLINTNEXTLINE(bugprone-infinite-loop): the signal's handler counts
    while (forks < 1000) {
        void* block = hide(std::malloc(700000));
        std::free(hide(std::malloc(200000)));
        std::free(block);
    }
    const itimerval never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    EXPECT_EQ(failures, 0);
}

TEST(Fork, VforkAndExecWhileThreadsAllocate) {
    Churn churn(3);
    for (int i = 0; i < 150; ++i) {
        void* block = hide(std::malloc(1000));
        const pid_t child = vfork();
        if (child == 0) {
            execl("/bin/true", "true", static_cast<char*>(nullptr));
            _exit(127);
        }
        ASSERT_TRUE(wait_for(child).is_success());
        std::free(block);
    }
}

TEST(Fork, SpawnPopenAndSystem) {
    Churn churn(2);
    for (int i = 0; i < 40; ++i) {
        char name[] = "sh";
        char option[] = "-c";
        char script[] = "test $((6 * 7)) = 42";
        char* arguments[] = {name, option, script, nullptr};
        pid_t child = 0;
        ASSERT_EQ(posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environ), 0);
        EXPECT_TRUE(wait_for(child).is_success());
        EXPECT_EQ(std::system("exit 0"), 0);
        FILE* pipe = popen("echo from a pipe", "r");
        char line[100] = "";
        EXPECT_NE(fgets(line, sizeof line, pipe), nullptr);
        EXPECT_STREQ(line, "from a pipe\n");
        EXPECT_EQ(pclose(pipe), 0);
    }
}
