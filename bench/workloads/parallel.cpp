// parallel THREADS LIVE OPERATIONS MIN MAX: threads that share nothing; each replaces objects of a
// population of its own.
#include "threads.hpp"

int main(int argc, char** argv) {
    const size_t threads = bench::argument(argc, argv, 1, "THREADS");
    const size_t live = bench::argument(argc, argv, 2, "LIVE");
    const size_t operations = bench::argument(argc, argv, 3, "OPERATIONS");
    const size_t min = bench::argument(argc, argv, 4, "MIN");
    const size_t max = bench::argument(argc, argv, 5, "MAX");
    bench::Section section;
    bench::run_threads(threads, [&](size_t index) {
        bench::Rng rng(index);
        void** objects = static_cast<void**>(bench::must(calloc(live, sizeof(void*))));
        for (size_t i = 0; i < operations; i++) {
            size_t at = rng.below(live);
            free(objects[at]);
            objects[at] = bench::take(rng.size(min, max));
        }
        for (size_t i = 0; i < live; i++) free(objects[i]);
        free(objects);
    });
}
