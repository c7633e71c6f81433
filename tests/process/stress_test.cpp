// All of it at once: every form of allocation, blocks that wander between threads, threads that
// come and go, children that are forked meanwhile, libraries loaded and unloaded, signals. Each
// block carries contents that tell whose it is. ASHLAR_STRESS_SECONDS makes it longer,
// ASHLAR_STRESS_SEED repeats a run as far as threads can be repeated.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

enum class Origin : unsigned char { kMalloc, kNew, kNewArray, kAlignedNew };

struct Block {
    void* start = nullptr;
    std::size_t size = 0;
    std::uint64_t seed = 0;
    std::size_t alignment = 16;
    Origin origin = Origin::kMalloc;
};

std::atomic<const char*> complaint = nullptr;

void complain(const char* what) {
    const char* nothing = nullptr;
    complaint.compare_exchange_strong(nothing, what);
}

Block make(Random& random) {
    Block block;
    block.size = random.size_up_to(random.below(200) == 0 ? 4u << 20
                                   : random.below(10)     ? 2000
                                                          : 60000);
    block.seed = random.next();
    switch (random.below(9)) {
        case 0: {
            block.start = hide(std::calloc(1, block.size));
            if (!all_zero(block.start, block.size)) complain("calloc gave dirty memory");
            break;
        }
        case 1: {
            block.alignment = std::size_t{8} << random.below(14);
            if (posix_memalign(&block.start, block.alignment, block.size) != 0) {
                complain("posix_memalign failed");
            }
            break;
        }
        case 2: {
            block.alignment = std::size_t{1} << random.below(13);
            block.start = hide(aligned_alloc(block.alignment, block.size));
            break;
        }
        case 3: {
            block.origin = Origin::kNew;
            block.start = hide(::operator new(block.size));
            break;
        }
        case 4: {
            block.origin = Origin::kNewArray;
            block.start = hide(::operator new[](block.size, std::nothrow));
            break;
        }
        case 5: {
            block.origin = Origin::kAlignedNew;
            block.alignment = std::size_t{32} << random.below(8);
            block.start = hide(::operator new (block.size, std::align_val_t{block.alignment}));
            break;
        }
        default:
            block.start = hide(std::malloc(block.size));
    }
    if (block.start == nullptr) {
        complain("no memory");
        return {};
    }
    if (reinterpret_cast<std::uintptr_t>(block.start) % block.alignment != 0)
        complain("misaligned");
    if (malloc_usable_size(block.start) < block.size) complain("usable size below the size");
    fill(block.start, block.size, block.seed);
    return block;
}

void destroy(const Block& block) {
    if (!intact(block.start, block.size, block.seed)) complain("contents lost");
    errno = 321;
    switch (block.origin) {
        case Origin::kMalloc:
            std::free(block.start);
            break;
        case Origin::kNew:
            ::operator delete(block.start, block.size);
            break;
        case Origin::kNewArray:
            ::operator delete[](block.start);
            break;
        case Origin::kAlignedNew:
            ::operator delete (block.start, block.size, std::align_val_t{block.alignment});
    }
    if (errno != 321) complain("errno was touched by free");
}

void resize(Block& block, Random& random) {
    if (block.origin != Origin::kMalloc || block.start == nullptr) return;
    const std::size_t size = 1 + random.size_up_to(random.below(50) == 0 ? 2u << 20 : 5000);
    void* moved = hide(std::realloc(block.start, size));
    if (moved == nullptr) return complain("realloc failed");
    const std::size_t kept = std::min(size, block.size) & ~std::size_t{7};
    if (!intact(moved, kept, block.seed)) complain("realloc lost contents");
    block.start = moved;
    block.size = size;
    fill(moved, size, block.seed);
}

/// Where blocks wait for a thread that did not make them.
class Exchange {
  public:
    Block swap(Block block, Random& random) {
        std::lock_guard lock(mutex_);
        std::swap(block, blocks_[random.below(blocks_.size())]);
        return block;
    }
    void clear() {
        for (Block& block : blocks_) {
            if (block.start != nullptr) destroy(block);
            block = {};
        }
    }

  private:
    std::mutex mutex_;
    std::vector<Block> blocks_ = std::vector<Block>(1000);
};

void live(Exchange& exchange, std::uint64_t seed, int steps) {
    Random random(seed);
    std::vector<Block> own(200);
    for (int step = 0; step < steps; ++step) {
        Block& block = own[random.below(own.size())];
        switch (random.below(6)) {
            case 0:
                resize(block, random);
                break;
            case 1:
                block = exchange.swap(block, random);
                break;
            default:
                if (block.start != nullptr) destroy(block);
                block = make(random);
        }
    }
    // Half of what is left goes to others, so that it outlives this thread.
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (i % 2 == 0) own[i] = exchange.swap(own[i], random);
        if (own[i].start != nullptr) destroy(own[i]);
    }
}

int child_life(Exchange& exchange, std::uint64_t seed) {
    complaint = nullptr;
    live(exchange, seed, 2000);
    std::thread([&] { live(exchange, seed + 1, 2000); }).join();
    if (complaint != nullptr) dprintf(2, "in the child: %s\n", complaint.load());
    return complaint != nullptr;
}

}  // namespace

TEST(Stress, EverythingAtOnce) {
    const std::uint64_t seconds = number_from("ASHLAR_STRESS_SECONDS", 12);
    const std::uint64_t seed = number_from("ASHLAR_STRESS_SEED", 20);
    std::printf("seed %llu, %llu s\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(seconds));
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, nullptr);

    Exchange exchange;
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> lives = 0;
    std::vector<std::thread> spawners;
    for (std::uint64_t t = 0; t < 3; ++t) {
        spawners.emplace_back([&, t] {
            for (std::uint64_t i = 0; !stop; ++i, ++lives) {
                std::thread mortal(live, std::ref(exchange), seed + t * 1000000 + i,
                                   i % 4 == 0 ? 20000 : 500);
                pthread_kill(mortal.native_handle(), SIGUSR1);
                mortal.join();
            }
        });
    }
    spawners.emplace_back([&] {
        while (!stop) {
            void* library = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
            auto* work = reinterpret_cast<char* (*)(int)>(dlsym(library, "plugin_work"));
            std::free(work(5));
            dlclose(library);
            malloc_trim(0);
            usleep(3000);
        }
    });

    const std::time_t end = std::time(nullptr) + static_cast<std::time_t>(seconds);
    int children = 0;
    for (; std::time(nullptr) < end && complaint == nullptr; ++children) {
        // The exchange's mutex may be held by a thread the child does not have: give it its own.
        const Ending ending = in_child(
            [&] {
                auto* fresh = new Exchange;
                return child_life(*fresh, seed + static_cast<std::uint64_t>(children));
            },
            60);
        EXPECT_TRUE(ending.is_success()) << "child " << children << ": " << ending.text();
        for (std::thread& thread : spawners) pthread_kill(thread.native_handle(), SIGUSR1);
        usleep(10000);
    }
    stop = true;
    for (std::thread& thread : spawners) thread.join();
    exchange.clear();
    EXPECT_EQ(complaint.load(), nullptr) << complaint.load();
    EXPECT_GT(lives, 20u);
    EXPECT_GT(children, 5);
}
