// library_fuzz: real threads on the library through its public names. Nothing
// of the engine is compiled in here; the library is what users link.

#include <ashlar/ashlar.h>

#include "threads_fuzz.h"

namespace {

using ashlar::u64;
using ashlar::usize;

struct LibraryApi {
    static constexpr bool kSingleThreaded = false;
    static constexpr u64 kHeaps = 2;

    LibraryApi() {
        for (auto& heap : heaps) heap = ashlar_heap_create();
    }

    void* allocate(int heap, usize size) {
        return heap < 0 ? ashlar_malloc(size) : ashlar_heap_alloc(heaps[heap], size);
    }
    void* zeroed(int heap, usize size) {
        return heap < 0 ? ashlar_calloc(1, size) : ashlar_heap_zalloc(heaps[heap], size);
    }
    void* aligned(int heap, usize size, usize align) {
        return heap < 0 ? ashlar_aligned_alloc(align, size)
                        : ashlar_heap_aligned_alloc(heaps[heap], align, size);
    }
    void* reallocate(void* p, usize size) { return ashlar_realloc(p, size); }
    void free(void* p) { ashlar_free(p); }
    usize usable(void* p) { return ashlar_usable_size(p); }
    void purge() { ashlar_purge(); }
    void look() {
        ashlar_stats stats{};
        ashlar_stats_get(&stats, sizeof stats);
    }
    void end() {
        for (auto* heap : heaps) ashlar_heap_destroy(heap);
    }

    ashlar_heap* heaps[kHeaps];
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fuzzes the library with real threads."};
    ashlar::fuzz::ThreadsRequest request(app);
    CLI11_PARSE(app, argc, argv);
    ashlar::fuzz::run_threads<LibraryApi>(request, "library");
}
