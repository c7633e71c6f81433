// zeroed MIN MAX LIVE OPERATIONS: as `blocks`, by calloc: every block is checked at three places
// and dirtied, so that zeroes must be real and fresh pages are the only ones that come for nothing.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t min = bench::argument(argc, argv, 1, "MIN");
    const size_t max = bench::argument(argc, argv, 2, "MAX");
    const size_t live = bench::argument(argc, argv, 3, "LIVE");
    const size_t operations = bench::argument(argc, argv, 4, "OPERATIONS");
    void** blocks = static_cast<void**>(bench::must(calloc(live, sizeof(void*))));
    bench::Rng rng(4);
    unsigned dirt = 0;
    {
        bench::Section section;
        for (size_t i = 0; i < operations; i++) {
            size_t at = rng.below(live);
            free(blocks[at]);
            size_t size = rng.size(min, max);
            auto* block = static_cast<unsigned char*>(bench::must(calloc(1, size)));
            dirt |= block[0] | block[size / 2] | block[size - 1];
            block[0] = block[size / 2] = block[size - 1] = 0xff;
            blocks[at] = block;
        }
        for (size_t i = 0; i < live; i++) free(blocks[i]);
    }
    if (dirt != 0) {
        fprintf(stderr, "zeroed: calloc gave a block that is not zero\n");
        return 1;
    }
}
