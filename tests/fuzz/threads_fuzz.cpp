// threads_fuzz: real threads on the heap over Linux, over the simulated
// machine, and on the library through its public names.

#include <chrono>
#include <cstdio>
#include <string>

#include <ashlar/ashlar.h>
#include <CLI/CLI.hpp>

#include "heap_checks.h"
#include "port/linux_process/linux_process.h"
#include "port/sim/sim.h"
#include "threads_fuzz.h"

namespace {

using namespace ashlar;

template <class Port>
struct PortApi {
    using H = heap::Heap<Port>;
    using Private = heap::PrivateHeap<Port>;
    static constexpr bool kSingleThreaded = false;
    static constexpr u64 kHeaps = 2;

    PortApi() {
        for (auto& heap : heaps) heap = Private::create();
    }

    void* allocate(int heap, usize size) {
        return heap < 0 ? H::allocate(size) : heaps[heap]->allocate(size);
    }
    void* zeroed(int heap, usize size) {
        return heap < 0 ? H::allocate_zeroed(size) : heaps[heap]->allocate_zeroed(size);
    }
    void* aligned(int heap, usize size, usize align) {
        return heap < 0 ? H::allocate_aligned(size, align)
                        : heaps[heap]->allocate_aligned(size, align);
    }
    void* reallocate(void* p, usize size) { return H::reallocate(p, size); }
    void free(void* p) { H::deallocate(p); }
    usize usable(void* p) { return H::usable_size(p); }
    void purge() { H::purge(); }
    void look() { heap::CensusTaker<Port>::take(); }

    void end() {
        for (auto* heap : heaps) heap->destroy();
        H::purge();
        if (const char* fault = fuzz::find_fault<Port>()) fuzz::fail("broken: %s", fault);
        const heap::Census census = heap::CensusTaker<Port>::take();
        if (census.live_blocks() != 0) fuzz::fail("%zu blocks left", census.live_blocks());
        if (census.medium.units + census.large.units != 0) fuzz::fail("units left");
        // Only this thread is here, with an active slab of a size at most.
        if (census.small.units > classes::kCount) {
            fuzz::fail("%zu slabs left", census.small.units);
        }
    }

    Private* heaps[kHeaps];
};

}  // namespace

int main(int argc, char** argv) {
    std::string on = "linux";
    CLI::App app{"Fuzzes the heap with real threads."};
    app.add_option("--on", on, "what is fuzzed")
        ->check(CLI::IsMember({"linux", "sim"}))
        ->capture_default_str();
    fuzz::ThreadsRequest request(app);
    CLI11_PARSE(app, argc, argv);
    if (on == "sim") {
        port::SimMachine machine;
        fuzz::run_threads<PortApi<port::Sim>>(request, "sim");
    } else {
        fuzz::run_threads<PortApi<port::LinuxProcess>>(request, "linux");
    }
}
