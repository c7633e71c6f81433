// sharing active|passive THREADS ROUNDS WRITES: false sharing probes with objects of 8 bytes.
//   active   each thread allocates its own objects, writes them hard and frees them; an allocator
//   that
//            serves two threads from one cache line makes them fight for it
//   passive  the first objects were allocated by the main thread, side by side, and are freed by
//   the
//            workers: an allocator that gives them out again where they were freed shares their
//            lines
#include "threads.hpp"

int main(int argc, char** argv) {
    const bool passive = argc > 1 && strcmp(argv[1], "passive") == 0;
    if (!passive && (argc < 2 || strcmp(argv[1], "active") != 0)) {
        fprintf(stderr, "sharing: mode must be active or passive\n");
        return 2;
    }
    const size_t threads = bench::argument(argc, argv, 2, "THREADS");
    const size_t rounds = bench::argument(argc, argv, 3, "ROUNDS");
    const size_t writes = bench::argument(argc, argv, 4, "WRITES");
    void* gifts[bench::kMaxThreads] = {};
    if (passive)
        for (size_t i = 0; i < threads; i++) gifts[i] = bench::take(8);
    bench::Section section;
    bench::run_threads(threads, [&](size_t index) {
        free(gifts[index]);
        for (size_t round = 0; round < rounds; round++) {
            auto* object = static_cast<volatile char*>(bench::take(8));
            for (size_t i = 0; i < writes; i++)
                object[i % 8] = static_cast<char>(object[i % 8] + 1);
            free(const_cast<char*>(object));
        }
    });
}
