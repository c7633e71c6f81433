// visitors THREADS OBJECTS: short-lived threads, one after another in two rows; each allocates a
// few hundred objects, frees them all and ends: the cost of a thread's first and last call.
#include "threads.hpp"

namespace {

void* visit(void* p) {
    const size_t objects = *static_cast<size_t*>(p);
    bench::Rng rng(objects);
    void** all = static_cast<void**>(bench::must(malloc(objects * sizeof(void*))));
    for (size_t i = 0; i < objects; i++) all[i] = bench::take(rng.size(16, 2048));
    for (size_t i = 0; i < objects; i++) free(all[i]);
    free(all);
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    const size_t threads = bench::argument(argc, argv, 1, "THREADS");
    size_t objects = bench::argument(argc, argv, 2, "OBJECTS");
    bench::Section section;
    bench::run_threads(2, [&](size_t) {
        for (size_t i = 0; i < threads / 2; i++)
            pthread_join(bench::start(visit, &objects), nullptr);
    });
}
