// The fuzzer of a heap under real threads.
//
// Every thread keeps a model of its own blocks, gives some of them away through
// a box and takes over what it finds there, so that a block is freed or resized
// by any thread, in any state of the slab it is in. Threads end after a while
// and others start. One thread purges and takes statistics all the time. Blocks
// handed out twice are found by their contents, races by the thread sanitizer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/config.h"
#include "model.h"

namespace ashlar::fuzz {

class Box {
  public:
    explicit Box(usize slots) : slots_(slots) {}

    // Leaves `block` and returns what was there; p is null for nothing.
    Block exchange(const Block& block, u64 at) {
        Slot& slot = slots_[at % slots_.size()];
        const std::lock_guard guard(slot.mutex);
        const Block found = slot.block;
        slot.block = block;
        return found;
    }
    usize size() const { return slots_.size(); }

  private:
    struct Slot {
        std::mutex mutex;
        Block block{};
    };
    std::vector<Slot> slots_;
};

struct ThreadsPlan {
    u64 seed = 1;
    int threads = 4;
    int lives = 3;  // threads that follow each other in one place
    u64 steps = 3000;
};

// Api as in model.h, for use by many threads, and with `purge` and `look` (statistics).
template <class Api>
class ThreadsFuzz {
  public:
    // Runs the plan; afterwards nothing is live.
    static void run(const ThreadsPlan& plan) {
        Api api;
        Box box(512);
        std::atomic<bool> stop{false};
        std::thread watcher([&] { watch(api, plan.seed, stop); });
        std::vector<std::thread> threads;
        for (int t = 0; t < plan.threads; t++) {
            threads.emplace_back([&, t] {
                for (int life = 0; life < plan.lives; life++) {
                    const u64 seed = plan.seed * 1000 + static_cast<u64>(t * plan.lives + life);
                    std::thread([&] { live(api, box, seed, plan.steps); }).join();
                }
            });
        }
        for (auto& thread : threads) thread.join();
        stop = true;
        watcher.join();
        Choices choices(plan.seed);
        Model<Api> rest(api, choices);
        for (u64 slot = 0; slot < box.size(); slot++) {
            const Block block = box.exchange({}, slot);
            if (block.p != nullptr) rest.take_over(block);
        }
        rest.free_all();
        api.end();
    }

  private:
    static constexpr usize kMostBytes = 8 * kMiB;

    static void live(Api& api, Box& box, u64 seed, u64 steps) {
        Choices choices(seed);
        Model<Api> model(api, choices);
        place.seed = seed;
        for (place.step = 1; place.step <= steps; place.step++) {
            const u64 choice = choices.below(100);
            if (choice < 40 && model.bytes() < kMostBytes) {
                model.allocate(choices.one_in(8) ? static_cast<int>(choices.below(Api::kHeaps))
                                                 : -1);
                if (model.last_failed()) fail("no memory");
            } else if (choice < 50) {
                model.reallocate();
                if (model.last_failed()) fail("no memory");
            } else if (choice < 75) {
                model.free();
            } else {
                Block block{};
                if (!model.give_away(block)) continue;
                const Block found = box.exchange(block, choices.word());
                if (found.p != nullptr) model.take_over(found);
            }
        }
        // Half of what is left is found by others, the rest is freed.
        while (model.blocks() > 0) {
            Block block{};
            if (choices.one_in(2) || !model.give_away(block)) {
                model.free();
                continue;
            }
            const Block found = box.exchange(block, choices.word());
            if (found.p != nullptr) {
                model.take_over(found);
                model.free();
            }
        }
    }

    static void watch(Api& api, u64 seed, const std::atomic<bool>& stop) {
        Choices choices(seed);
        while (!stop) {
            if (choices.one_in(4)) api.purge();
            // Statistics read what running threads write; that is a race by its nature.
            if constexpr (!kThreadSanitizer) api.look();
            std::this_thread::sleep_for(std::chrono::milliseconds(choices.below(4)));
        }
    }
};

// What the command line asks for.
struct ThreadsRequest {
    explicit ThreadsRequest(CLI::App& app) {
        app.add_option("--seed", plan.seed, "the first seed")->capture_default_str();
        app.add_option("--seconds", seconds, "no new round after so long")->capture_default_str();
        app.add_option("--rounds", rounds, "how many rounds at most");
        app.add_option("--threads", plan.threads, "threads at once")->capture_default_str();
        app.add_option("--lives", plan.lives, "threads after each other")->capture_default_str();
        app.add_option("--steps", plan.steps, "operations a thread")->capture_default_str();
    }

    ThreadsPlan plan;
    double seconds = 5;
    u64 rounds = ~u64{0};
};

template <class Api>
void run_threads(const ThreadsRequest& request, const char* on) {
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    ThreadsPlan plan = request.plan;
    u64 done = 0;
    for (; done < request.rounds && (done == 0 || elapsed() < request.seconds); done++) {
        ThreadsFuzz<Api>::run(plan);
        plan.seed++;
    }
    std::printf("threads_fuzz: %s: %lu rounds of %d threads, %d lives, %lu steps each, %.1f s\n",
                on, done, plan.threads, plan.lives, plan.steps, elapsed());
}

}  // namespace ashlar::fuzz
