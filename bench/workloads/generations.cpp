// generations THREADS GENERATIONS LIVE OPERATIONS: threads that come and go with survivors. Each
// thread replaces objects of a population it inherited, then ends and leaves the population to its
// successor, which did not allocate it.
#include "threads.hpp"

namespace {

struct Line {
    void** objects;
    size_t live, operations, generations, seed;
};

void* generation(void* p) {
    auto* line = static_cast<Line*>(p);
    bench::Rng rng(line->seed++);
    for (size_t i = 0; i < line->operations; i++) {
        size_t at = rng.below(line->live);
        free(line->objects[at]);
        line->objects[at] = bench::take(rng.size(16, 1024));
    }
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    const size_t threads = bench::argument(argc, argv, 1, "THREADS");
    const size_t generations = bench::argument(argc, argv, 2, "GENERATIONS");
    const size_t live = bench::argument(argc, argv, 3, "LIVE");
    const size_t operations = bench::argument(argc, argv, 4, "OPERATIONS");
    bench::Section section;
    bench::run_threads(threads, [&](size_t index) {
        Line line = {static_cast<void**>(bench::must(calloc(live, sizeof(void*)))), live,
                     operations, generations, index * generations};
        for (size_t i = 0; i < generations; i++)
            pthread_join(bench::start(generation, &line), nullptr);
        for (size_t i = 0; i < live; i++) free(line.objects[i]);
        free(line.objects);
    });
}
