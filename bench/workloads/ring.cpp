// ring THREADS BATCHES LENGTH MIN MAX: everything is freed elsewhere. Each thread allocates a
// batch, passes it to its right neighbour and frees the one that comes from the left.
#include "threads.hpp"

int main(int argc, char** argv) {
    const size_t threads = bench::argument(argc, argv, 1, "THREADS");
    const size_t batches = bench::argument(argc, argv, 2, "BATCHES");
    const size_t length = bench::argument(argc, argv, 3, "LENGTH");
    const size_t min = bench::argument(argc, argv, 4, "MIN");
    const size_t max = bench::argument(argc, argv, 5, "MAX");
    static bench::Queue<4> queues[bench::kMaxThreads];
    bench::Section section;
    bench::run_threads(threads, [&](size_t index) {
        bench::Rng rng(index);
        for (size_t i = 0; i < batches; i++) {
            void** batch = static_cast<void**>(bench::must(malloc(length * sizeof(void*))));
            for (size_t j = 0; j < length; j++) batch[j] = bench::take(rng.size(min, max));
            queues[(index + 1) % threads].push(batch);
            batch = static_cast<void**>(queues[index].pop());
            for (size_t j = 0; j < length; j++) free(batch[j]);
            free(batch);
        }
    });
}
