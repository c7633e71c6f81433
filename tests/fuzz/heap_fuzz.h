// The fuzzer of a heap over any port, on one thread that plays several.
//
// A simulated thread is a shard: switching threads is switching the current
// shard, and a thread ends by retiring its own. So every interleaving of whole
// operations is reached, repeatably. With a simulated machine the system also
// refuses memory now and then. After every few steps the census must agree with
// the model exactly and all invariants of the engine must hold.
#pragma once

#include <array>

#include "heap_checks.h"
#include "model.h"
#include "port/sim/sim.h"

namespace ashlar::fuzz {

template <class Port>
class HeapApi {
  public:
    using H = heap::Heap<Port>;
    using Private = heap::PrivateHeap<Port>;
    static constexpr bool kSingleThreaded = true;
    static constexpr int kHeaps = 3;

    void* allocate(int heap, usize size) {
        return heap < 0 ? H::allocate(size) : at(heap)->allocate(size);
    }
    void* zeroed(int heap, usize size) {
        return heap < 0 ? H::allocate_zeroed(size) : at(heap)->allocate_zeroed(size);
    }
    void* aligned(int heap, usize size, usize align) {
        return heap < 0 ? H::allocate_aligned(size, align)
                        : at(heap)->allocate_aligned(size, align);
    }
    void* reallocate(void* p, usize size) { return H::reallocate(p, size); }
    void free(void* p) { H::deallocate(p); }
    usize usable(void* p) { return H::usable_size(p); }

    Private*& at(int heap) { return heaps_[static_cast<usize>(heap)]; }

  private:
    std::array<Private*, kHeaps> heaps_{};
};

template <class Port>
class HeapFuzz {
  public:
    using Api = HeapApi<Port>;
    using H = typename Api::H;
    using Pool = heap::Shards<Port>;
    using Mem = heap::Memory<Port>;
    using Taker = heap::CensusTaker<Port>;

    // `machine` is null on a real port: then nothing can be made to fail.
    HeapFuzz(Choices& choices, port::SimMachine* machine)
        : choices_(choices), machine_(machine), model_(api_, choices) {
        threads_.fill(&Pool::none);
        may_fail_ = machine_ != nullptr;
    }

    void run(u64 steps) {
        for (place.step = 1; place.step <= steps && choices_.more(); place.step++) {
            step();
            if (place.step % 64 == 0) check();
        }
        finish();
    }

  private:
    static constexpr usize kThreads = 4;
    // Of live blocks: enough to reach every path, little enough to be quick.
    static constexpr usize kMostBytes = 48 * kMiB;
    static constexpr usize kMostBlocks = 6000;

    void step() {
        const u64 choice = choices_.below(256);
        const bool full = model_.bytes() > kMostBytes || model_.blocks() > kMostBlocks;
        if (choice < 110 && !full) {
            // Mostly the process's heap; now and then one of the model's own.
            int heap = -1;
            if (choices_.one_in(6)) {
                heap = static_cast<int>(choices_.below(Api::kHeaps));
                if (api_.at(heap) == nullptr) api_.at(heap) = Api::Private::create();
                if (api_.at(heap) == nullptr) {
                    accept_failure();
                    return;
                }
            }
            model_.allocate(heap);
            if (model_.last_failed()) accept_failure();
        } else if (choice < 140) {
            model_.reallocate();
            if (model_.last_failed()) accept_failure();
        } else if (choice < 232) {
            model_.free();
        } else if (choice < 238) {
            const u64 count = choices_.below(model_.blocks() + 1);
            for (u64 i = 0; i < count; i++) model_.free();
        } else if (choice < 246) {
            switch_to(choices_.below(kThreads));
        } else if (choice < 248) {
            end_thread();
        } else if (choice == 248) {
            H::purge();
        } else if (choice == 249) {
            const int heap = static_cast<int>(choices_.below(Api::kHeaps));
            destroy(heap);
        } else if (choice == 250) {
            const int heap = static_cast<int>(choices_.below(Api::kHeaps));
            if (api_.at(heap) != nullptr) api_.at(heap)->purge();
        } else if (machine_ != nullptr) {
            trouble();
        }
    }

    void trouble() {
        switch (choices_.below(8)) {
            case 0:
                machine_->refuse_after(choices_.below(4));
                break;
            case 1:
                machine_->refuse_only(choices_.below(4));
                break;
            case 2:
                machine_->refuse_randomly(choices_.word(), 2);
                break;
            case 3:
                machine_->set_moves(choices_.one_in(2));
                break;
            case 4:
                machine_->set_refusal(choices_.one_in(2) ? port::Claim::Taken
                                                         : port::Claim::OutOfMemory);
                break;
            case 5:
                machine_->advance(static_cast<u32>(choices_.below(3000)));
                break;
            default:
                machine_->refuse_nothing();
                break;
        }
    }

    void accept_failure() const {
        if (!may_fail_) fail("no memory although nothing was refused");
    }

    void switch_to(u64 thread) {
        threads_[thread_] = Pool::current;
        thread_ = thread;
        Pool::current = threads_[thread];
    }
    void end_thread() {
        heap::Shard<Port>* shard = Pool::current;
        Pool::current = &Pool::none;
        if (shard != &Pool::none) Pool::template retire<heap::MediumBlocks<Port>>(*shard);
    }
    void destroy(int heap) {
        if (api_.at(heap) == nullptr) return;
        model_.forget(heap);
        api_.at(heap)->destroy();
        api_.at(heap) = nullptr;
    }

    // The census tells exactly what the model knows. Chains of the threads that
    // are not current count as live there; they are known, so they are taken off.
    void check() {
        if (const char* fault = find_fault<Port>()) fail("broken: %s", fault);
        heap::Census census = Taker::take();
        threads_[thread_] = Pool::current;
        for (const auto* shard : threads_) {
            if (shard == Pool::current || shard == &Pool::none) continue;
            for (usize i = 0; i < classes::kCount; i++) {
                for (void* o = shard->chains[i]; o != nullptr; o = *static_cast<void**>(o)) {
                    census.small.blocks--;
                    census.small.bytes -= classes::kSizes[i];
                }
            }
        }
        if (census.live_blocks() != model_.blocks()) {
            fail("the census tells %zu blocks, %zu live", census.live_blocks(), model_.blocks());
        }
        if (census.live_bytes() != model_.bytes()) {
            fail("the census tells %zu bytes, %zu live", census.live_bytes(), model_.bytes());
        }
        if (place.step % 1024 == 0) model_.verify();
    }

    // All goes back: what is left is what the heap needs for itself.
    void finish() {
        if (machine_ != nullptr) machine_->refuse_nothing();
        for (int heap = 0; heap < Api::kHeaps; heap++) destroy(heap);
        model_.verify();
        model_.free_all();
        for (u64 thread = 0; thread < kThreads; thread++) {
            switch_to(thread);
            end_thread();
        }
        H::purge();
        check();
        const heap::Census census = Taker::take();
        if (census.live_blocks() != 0) fail("%zu blocks left", census.live_blocks());
        if (census.small.units + census.medium.units + census.large.units != 0) {
            fail("units left: %zu small, %zu medium, %zu large", census.small.units,
                 census.medium.units, census.large.units);
        }
        if (census.spans.dirty_pages != 0) fail("%zu dirty", census.spans.dirty_pages);
        const usize own = census.spans.window_pages - census.spans.clean_pages;
        if (own > kMostOwnUnits) fail("the heap itself holds %zu units", own);
        if (machine_ != nullptr && machine_->moved_bytes() != 0) fail("moved pages left");
    }

    // Shards and private heaps: a few kilobytes each, kept for the next.
    static constexpr usize kMostOwnUnits = 4;

    Choices& choices_;
    port::SimMachine* machine_;
    Api api_;
    Model<Api> model_;
    std::array<heap::Shard<Port>*, kThreads> threads_;
    u64 thread_ = 0;
    bool may_fail_;
};

}  // namespace ashlar::fuzz
