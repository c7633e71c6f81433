// aligned LIVE OPERATIONS: blocks of 16 to 16,384 bytes at alignments of 32 to 4,096, replaced in
// any order.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t live = bench::argument(argc, argv, 1, "LIVE");
    const size_t operations = bench::argument(argc, argv, 2, "OPERATIONS");
    void** blocks = static_cast<void**>(bench::must(calloc(live, sizeof(void*))));
    bench::Rng rng(5);
    size_t wrong = 0;
    {
        bench::Section section;
        for (size_t i = 0; i < operations; i++) {
            size_t at = rng.below(live);
            free(blocks[at]);
            size_t alignment = size_t{32} << rng.below(8);
            size_t size = rng.size(16, 16384);
            void* p = nullptr;
            if (posix_memalign(&p, alignment, size) != 0) p = nullptr;
            blocks[at] = bench::must(p);
            *static_cast<volatile char*>(p) = 1;
            wrong += (reinterpret_cast<uintptr_t>(p) & (alignment - 1)) != 0;
        }
        for (size_t i = 0; i < live; i++) free(blocks[i]);
    }
    if (wrong != 0) {
        fprintf(stderr, "aligned: %zu blocks are misaligned\n", wrong);
        return 1;
    }
}
