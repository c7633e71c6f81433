// idle THREADS OBJECTS stay|leave [MIN MAX BURSTS]: a burst, or some, then nothing. Each thread
// allocates OBJECTS objects of MIN to MAX bytes (16 to 616) and frees them all (in another order);
// then the threads stay and sleep, or leave, and the process sits idle for a second. Reported:
// resident memory at start, at the peak, and idle. THREADS 0: the main thread does it, in a process
// that never had another one.
#include "threads.hpp"

namespace {

size_t least = 16;
size_t most = 616;
size_t bursts = 1;

void burst(bench::Rng& rng, size_t objects) {
    void** all = static_cast<void**>(bench::must(malloc(objects * sizeof(void*))));
    for (size_t i = 0; i < objects; i++) {
        size_t size = least + rng.below(most - least + 1);
        all[i] = bench::take(size);
        memset(all[i], 1, size);
    }
    for (size_t i = objects; i > 1; i--) {
        size_t j = rng.below(i);
        free(all[j]);
        all[j] = all[i - 1];
    }
    free(all[0]);
    free(all);
}

void work(size_t index, size_t objects) {
    bench::Rng rng(index + 1);
    for (size_t i = 0; i < bursts; i++) burst(rng, objects);
}

void idle(double start) {
    sleep(1);
    double rss = bench::resident_kib();
    bench::report("start_rss_kib", start);
    bench::report("idle_rss_kib", rss);
}

}  // namespace

int main(int argc, char** argv) {
    const size_t threads = bench::argument(argc, argv, 1, "THREADS");
    const size_t objects = bench::argument(argc, argv, 2, "OBJECTS");
    const bool stay = argc > 3 && strcmp(argv[3], "stay") == 0;
    if (argc > 4) {
        least = bench::argument(argc, argv, 4, "MIN");
        most = bench::argument(argc, argv, 5, "MAX");
        bursts = bench::argument(argc, argv, 6, "BURSTS");
    }
    if (threads > bench::kMaxThreads) {
        fprintf(stderr, "idle: at most %zu threads, not %zu\n", bench::kMaxThreads, threads);
        return 2;
    }
    // Reading and reporting bring in code of the C library, some 200 KiB that nobody can free.
    bench::resident_kib();
    { const bench::Section nothing; }
    const double start = bench::resident_kib();
    static pthread_barrier_t done;
    pthread_barrier_init(&done, nullptr, static_cast<unsigned>(threads + 1));
    {
        bench::Section section;
        if (threads == 0) work(0, objects);
        struct Task {
            size_t index, objects;
            bool stay;
        };
        static Task tasks[bench::kMaxThreads];
        static pthread_t started[bench::kMaxThreads];
        for (size_t i = 0; i < threads; i++) {
            tasks[i] = {i, objects, stay};
            started[i] = bench::start(
                [](void* p) -> void* {
                    auto* task = static_cast<Task*>(p);
                    work(task->index, task->objects);
                    if (task->stay) {
                        pthread_barrier_wait(&done);
                        pause();
                    }
                    return nullptr;
                },
                &tasks[i]);
        }
        if (threads > 0 && stay) pthread_barrier_wait(&done);
        if (!stay)
            for (size_t i = 0; i < threads; i++) pthread_join(started[i], nullptr);
    }
    idle(start);
    _exit(0);
}
