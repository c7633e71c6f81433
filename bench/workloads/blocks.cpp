// blocks MIN MAX LIVE OPERATIONS: LIVE blocks, each new one replacing any other, every page of it
// written. With small bounds these are buffers of files and sockets, with large ones the arrays of
// numeric programs and the frames of image and video programs.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t min = bench::argument(argc, argv, 1, "MIN");
    const size_t max = bench::argument(argc, argv, 2, "MAX");
    const size_t live = bench::argument(argc, argv, 3, "LIVE");
    const size_t operations = bench::argument(argc, argv, 4, "OPERATIONS");
    void** blocks = static_cast<void**>(bench::must(calloc(live, sizeof(void*))));
    bench::Rng rng(3);
    bench::Section section;
    for (size_t i = 0; i < operations; i++) {
        size_t at = rng.below(live);
        free(blocks[at]);
        size_t size = rng.size(min, max);
        blocks[at] = bench::take(size);
        bench::touch_pages(blocks[at], size);
    }
    for (size_t i = 0; i < live; i++) free(blocks[i]);
}
