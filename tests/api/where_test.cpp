// What an address is.

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <link.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ashlar/ashlar.h>

#include "model.h"

namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

int initialised = 5;
int zeroed;
const int constant = 7;
thread_local int of_thread = 3;
thread_local int of_thread_zeroed;

void some_function() {}

std::string text_of(const void* p) {
    char text[400];
    EXPECT_LT(ashlar_where_text(p, text, sizeof text), sizeof text);
    return text;
}

const char* offset(const void* p, std::size_t bytes) {
    return static_cast<const char*>(p) + bytes;
}

bool covers(const ashlar_place& place, const void* p) {
    return place.start <= p && p < offset(place.start, place.length);
}

// `p` is a live block of `kind`, seen from each of its ends and its middle.
void expect_live(const void* p, ashlar_place_kind kind, ashlar_heap* heap = nullptr) {
    const std::size_t usable = ashlar_usable_size(p);
    for (std::size_t at : {std::size_t{0}, std::size_t{1}, usable / 2, usable - 1}) {
        const ashlar_place place = ashlar_where(offset(p, at));
        EXPECT_EQ(place.kind, kind) << at << " of " << usable;
        EXPECT_EQ(place.state, ASHLAR_BLOCK_LIVE) << at << " of " << usable;
        EXPECT_EQ(place.start, p) << at << " of " << usable;
        EXPECT_EQ(place.length, usable);
        EXPECT_EQ(place.heap, heap);
        EXPECT_EQ(place.object, nullptr);
    }
}

void expect_not_live(const void* p) {
    const ashlar_place place = ashlar_where(p);
    EXPECT_NE(place.kind, ASHLAR_PLACE_UNKNOWN);
    EXPECT_NE(place.state, ASHLAR_BLOCK_LIVE) << text_of(p);
    EXPECT_NE(place.state, ASHLAR_BLOCK_UNSURE) << text_of(p);
}

ashlar_place_kind kind_of_size(std::size_t size) {
    return size <= 16 * kKiB    ? ASHLAR_PLACE_SMALL
           : size <= 512 * kKiB ? ASHLAR_PLACE_MEDIUM
                                : ASHLAR_PLACE_LARGE;
}

TEST(Where, LiveBlocksOfEverySize) {
    std::vector<void*> blocks;
    for (std::size_t size : {1ul, 16ul, 17ul, 100ul, 1000ul, 4097ul, 16 * kKiB, 16 * kKiB + 1,
                             200 * kKiB, 512 * kKiB, 512 * kKiB + 1, kMiB, 20 * kMiB}) {
        void* p = ashlar_malloc(size);
        expect_live(p, kind_of_size(size));
        blocks.push_back(p);
    }
    for (void* p : blocks) ashlar_free(p);
}

TEST(Where, FreeBlocksAreNotLive) {
    std::vector<void*> blocks;
    std::vector<void*> freed;
    // Nobody allocates between the frees and the looks.
    freed.reserve(600);
    for (std::size_t i = 0; i < 600; i++) blocks.push_back(ashlar_malloc(1 + i * 37 % 20000));
    for (std::size_t i = 0; i < blocks.size(); i += 2) {
        ashlar_free(blocks[i]);
        freed.push_back(blocks[i]);
    }
    for (const void* p : freed) expect_not_live(p);
    for (std::size_t i = 1; i < blocks.size(); i += 2) {
        const ashlar_place place = ashlar_where(blocks[i]);
        EXPECT_EQ(place.state, ASHLAR_BLOCK_LIVE);
        EXPECT_EQ(place.start, blocks[i]);
    }
    void* large = ashlar_malloc(3 * kMiB);
    ashlar_free(large);
    EXPECT_EQ(ashlar_where(large).kind, ASHLAR_PLACE_HEAP_UNUSED);
    EXPECT_TRUE(covers(ashlar_where(large), large));
    for (std::size_t i = 1; i < blocks.size(); i += 2) ashlar_free(blocks[i]);
}

// What is reachable from a random address next to a block is told apart from it.
TEST(Where, NeighboursAreOtherBlocks) {
    char* a = static_cast<char*>(ashlar_malloc(48));
    const ashlar_place behind = ashlar_where(a + 48);
    EXPECT_EQ(behind.kind, ASHLAR_PLACE_SMALL);
    EXPECT_EQ(behind.start, a + 48);
    EXPECT_EQ(behind.length, 48u);
    ashlar_free(a);
}

TEST(Where, BlocksOfPrivateHeaps) {
    ashlar_heap* heap = ashlar_heap_create();
    std::vector<void*> blocks;
    for (std::size_t size : {10ul, 3000ul, 20000ul, 100 * kKiB, 2 * kMiB}) {
        blocks.push_back(ashlar_heap_alloc(heap, size));
        expect_live(blocks.back(), kind_of_size(size), heap);
    }
    void* kept = ashlar_heap_alloc(heap, 10);
    ashlar_free(blocks[0]);
    const ashlar_place freed = ashlar_where(blocks[0]);
    EXPECT_EQ(freed.kind, ASHLAR_PLACE_SMALL);
    EXPECT_EQ(freed.state, ASHLAR_BLOCK_FREE);
    EXPECT_EQ(freed.heap, heap);
    EXPECT_EQ(ashlar_where(kept).state, ASHLAR_BLOCK_LIVE);
    ashlar_heap_destroy(heap);
    for (const void* p : blocks) {
        EXPECT_EQ(ashlar_where(p).state, ASHLAR_NO_BLOCK);
        EXPECT_EQ(ashlar_where(p).kind, ASHLAR_PLACE_HEAP_UNUSED);
    }
}

// Objects of a thread that waits: freed by it, freed by us, and live.
TEST(Where, BlocksOfOtherThreads) {
    std::vector<void*> blocks(400);
    std::mutex mutex;
    std::condition_variable changed;
    int stage = 0;
    const auto wait_for = [&](int wanted) {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return stage == wanted; });
    };
    const auto enter = [&](int next) {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            stage = next;
        }
        changed.notify_all();
    };
    std::thread owner([&] {
        for (std::size_t i = 0; i < blocks.size(); i++) blocks[i] = ashlar_malloc(1 + i * 11);
        for (std::size_t i = 0; i < blocks.size(); i += 4) ashlar_free(blocks[i]);
        enter(1);
        wait_for(2);
    });
    wait_for(1);
    for (std::size_t i = 1; i < blocks.size(); i += 4) ashlar_free(blocks[i]);
    const auto check = [&] {
        for (std::size_t i = 0; i < blocks.size(); i++) {
            if (i % 4 < 2) {
                expect_not_live(blocks[i]);
            } else {
                EXPECT_EQ(ashlar_where(blocks[i]).state, ASHLAR_BLOCK_LIVE) << i;
                EXPECT_EQ(ashlar_where(blocks[i]).start, blocks[i]) << i;
            }
        }
    };
    check();
    enter(2);
    owner.join();
    check();
    for (std::size_t i = 0; i < blocks.size(); i++) {
        if (i % 4 >= 2) ashlar_free(blocks[i]);
    }
}

TEST(Where, StaticData) {
    for (const void* p : {static_cast<const void*>(&initialised), static_cast<const void*>(&zeroed),
                          static_cast<const void*>(&constant)}) {
        const ashlar_place place = ashlar_where(p);
        EXPECT_EQ(place.kind, ASHLAR_PLACE_STATIC);
        EXPECT_EQ(place.state, ASHLAR_NO_BLOCK);
        EXPECT_TRUE(covers(place, p));
        ASSERT_NE(place.object, nullptr);
        EXPECT_NE(std::strstr(place.object, "api"), nullptr) << place.object;
    }
    const ashlar_place code = ashlar_where(reinterpret_cast<const void*>(some_function));
    EXPECT_EQ(code.kind, ASHLAR_PLACE_CODE);
    // Of another object.
    const ashlar_place of_libc = ashlar_where(stdout);
    EXPECT_EQ(of_libc.kind, ASHLAR_PLACE_STATIC);
    EXPECT_NE(std::strstr(of_libc.object, "libc"), nullptr) << of_libc.object;
}

TEST(Where, StackAndThreadLocals) {
    const auto check = [] {
        int local = 0;
        const ashlar_place place = ashlar_where(&local);
        EXPECT_EQ(place.kind, ASHLAR_PLACE_STACK);
        EXPECT_TRUE(covers(place, &local));
        of_thread_zeroed = local;
        for (const void* p : {&of_thread, &of_thread_zeroed}) {
            EXPECT_EQ(ashlar_where(p).kind, ASHLAR_PLACE_THREAD_LOCAL);
            EXPECT_TRUE(covers(ashlar_where(p), p));
        }
    };
    check();
    std::thread(check).join();
    EXPECT_EQ(ashlar_where(environ[0]).kind, ASHLAR_PLACE_STACK);
}

TEST(Where, AnythingMayBeAsked) {
    EXPECT_EQ(ashlar_where(nullptr).kind, ASHLAR_PLACE_UNKNOWN);
    EXPECT_EQ(ashlar_where(reinterpret_cast<void*>(1)).kind, ASHLAR_PLACE_UNKNOWN);
    EXPECT_EQ(ashlar_where(reinterpret_cast<void*>(UINTPTR_MAX)).kind, ASHLAR_PLACE_UNKNOWN);
    void* mapped = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_EQ(ashlar_where(mapped).kind, ASHLAR_PLACE_UNKNOWN);
    munmap(mapped, 4096);
    // Around every kind of block, in steps that meet all boundaries.
    for (std::size_t size : {100ul, 30 * kKiB, 3 * kMiB}) {
        auto* p = static_cast<char*>(ashlar_malloc(size));
        for (std::ptrdiff_t at = -300 * 1024; at < 4 * 1024 * 1024; at += 999) {
            const ashlar_place place = ashlar_where(p + at);
            if (place.kind == ASHLAR_PLACE_LARGE || place.kind == ASHLAR_PLACE_UNKNOWN) continue;
            EXPECT_TRUE(covers(place, p + at)) << text_of(p + at);
        }
        ashlar_free(p);
    }
}

// The same blocks while their owner allocates and frees others: never wrong.
TEST(Where, BesideABusyOwner) {
    std::vector<void*> blocks(200);
    std::atomic<int> stage{0};
    std::thread owner([&] {
        for (std::size_t i = 0; i < blocks.size(); i++) blocks[i] = ashlar_malloc(64);
        for (std::size_t i = 0; i < blocks.size(); i += 2) ashlar_free(blocks[i]);
        stage = 1;
        std::vector<void*> more;
        while (stage == 1) {
            for (int i = 0; i < 50; i++) more.push_back(ashlar_malloc(48));
            for (void* p : more) ashlar_free(p);
            more.clear();
        }
    });
    while (stage == 0) std::this_thread::yield();
    for (int round = 0; round < 200; round++) {
        for (std::size_t i = 0; i < blocks.size(); i++) {
            const ashlar_place place = ashlar_where(blocks[i]);
            EXPECT_EQ(place.state, i % 2 == 0 ? ASHLAR_BLOCK_FREE : ASHLAR_BLOCK_LIVE) << i;
        }
    }
    stage = 2;
    owner.join();
    for (std::size_t i = 1; i < blocks.size(); i += 2) ashlar_free(blocks[i]);
}

TEST(Where, InWords) {
    void* p = ashlar_malloc(40);
    char expected[200];
    std::snprintf(expected, sizeof expected,
                  "%p is 5 bytes into a live small block of 48 bytes at %p", offset(p, 5), p);
    EXPECT_EQ(text_of(offset(p, 5)), expected);
    std::snprintf(expected, sizeof expected, "%p is a live small block of 48 bytes at %p", p, p);
    EXPECT_EQ(text_of(p), expected);
    ashlar_free(p);
    std::snprintf(expected, sizeof expected, "%p is a free small block of 48 bytes at %p", p, p);
    EXPECT_EQ(text_of(p), expected);

    ashlar_heap* heap = ashlar_heap_create();
    p = ashlar_heap_alloc(heap, 20000);
    std::snprintf(expected, sizeof expected,
                  "%p is a live medium block of 20480 bytes at %p in the heap %p", p, p,
                  static_cast<void*>(heap));
    EXPECT_EQ(text_of(p), expected);
    ashlar_heap_destroy(heap);

    EXPECT_EQ(text_of(nullptr), "0x0 is unknown memory");
    EXPECT_NE(text_of(&initialised).find(" is in static data of "), std::string::npos);
    EXPECT_NE(text_of(&of_thread).find(" is in thread-local data of "), std::string::npos);
    int local = 0;
    EXPECT_NE(text_of(&local).find(" is in the stack of this thread"), std::string::npos);

    char little[8];
    EXPECT_EQ(ashlar_where_text(nullptr, little, sizeof little),
              std::strlen("0x0 is unknown memory"));
    EXPECT_STREQ(little, "0x0 is ");
    EXPECT_EQ(ashlar_where_text(nullptr, nullptr, 0), std::strlen("0x0 is unknown memory"));
}

// --- the stack that is left ---

[[gnu::noinline]] std::size_t left_below(std::size_t frame) {
    volatile char* space = static_cast<char*>(__builtin_alloca(frame));
    space[0] = 1;
    const std::size_t left = ashlar_stack_left();
    space[frame - 1] = 1;
    return left;
}

TEST(StackLeft, FollowsTheStackPointer) {
    const std::size_t here = left_below(1);
    EXPECT_GT(here, 100 * kKiB);
    const std::size_t below = left_below(50 * kKiB);
    EXPECT_NEAR(static_cast<double>(here - below), 50.0 * kKiB, 256);
}

TEST(StackLeft, IsTheLimitOfTheMainThread) {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_STACK, &limit), 0);
    if (limit.rlim_cur == RLIM_INFINITY) GTEST_SKIP() << "no stack limit here";
    EXPECT_LT(ashlar_stack_left(), limit.rlim_cur);
    EXPECT_GT(ashlar_stack_left(), limit.rlim_cur - 2 * kMiB);
}

// All that is left but a little can really be used, and no more is promised
// than there is. The thread's stack is at a known place.
void* use_all_of_it(void* low) {
    const std::size_t left = ashlar_stack_left();
    const char* here = static_cast<char*>(__builtin_frame_address(0));
    const auto below = static_cast<std::size_t>(here - static_cast<char*>(low));
    EXPECT_LT(left, below);
    EXPECT_GT(left, below - kKiB) << "all but the frames between";
    volatile char* space = static_cast<char*>(__builtin_alloca(left - 4 * kKiB));
    for (std::size_t i = 0; i < left - 4 * kKiB; i += kKiB) space[i] = 1;
    return nullptr;
}

// A thread's stack holds the thread-local data of all that is loaded, too. A
// sanitizer's alone take most of a MiB.
std::size_t thread_local_bytes() {
    std::size_t bytes = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* object, std::size_t, void* sum) {
            for (int i = 0; i < object->dlpi_phnum; i++) {
                const ElfW(Phdr)& part = object->dlpi_phdr[i];
                if (part.p_type == PT_TLS) {
                    *static_cast<std::size_t*>(sum) += part.p_memsz + part.p_align;
                }
            }
            return 0;
        },
        &bytes);
    return bytes;
}

TEST(StackLeft, IsThereInThreads) {
    const std::size_t page = static_cast<std::size_t>(getpagesize());
    const std::size_t own = (thread_local_bytes() + page - 1) / page * page;
    for (std::size_t left : {192 * kKiB, 512 * kKiB, 3 * kMiB}) {
        const std::size_t size = own + left;
        void* stack = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        ASSERT_NE(stack, MAP_FAILED);
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        ASSERT_EQ(pthread_attr_setstack(&attributes, stack, size), 0);
        pthread_t thread;
        ASSERT_EQ(pthread_create(&thread, &attributes, use_all_of_it, stack), 0);
        pthread_join(thread, nullptr);
        pthread_attr_destroy(&attributes);
        munmap(stack, size);
    }
}

std::size_t left_in_handler = 0;
ashlar_place place_in_handler;

void on_signal(int) {
    int local = 0;
    left_in_handler = ashlar_stack_left();
    place_in_handler = ashlar_where(&local);
}

TEST(StackLeft, KnowsASignalStack) {
    const std::size_t size = 64 * kKiB;
    std::vector<char> space(size);
    stack_t alternate{};
    alternate.ss_sp = space.data();
    alternate.ss_size = size;
    stack_t before{};
    ASSERT_EQ(sigaltstack(&alternate, &before), 0);
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_ONSTACK;
    struct sigaction old {};
    ASSERT_EQ(sigaction(SIGUSR1, &action, &old), 0);
    raise(SIGUSR1);
    EXPECT_GT(left_in_handler, size / 4);
    EXPECT_LT(left_in_handler, size);
    sigaction(SIGUSR1, &old, nullptr);
    alternate.ss_flags = SS_DISABLE;
    sigaltstack(&alternate, nullptr);
    EXPECT_GT(ashlar_stack_left(), 100 * kKiB) << "back on the thread's own";
}

}  // namespace
