// lifetimes lifo|fifo|random LIVE OPERATIONS MIN MAX: a population of LIVE objects of mixed sizes.
//   lifo    stacks: grows by a run of objects and shrinks again, newest first
//   fifo    queues: each new object replaces the oldest one
//   random  each new object replaces any other
#include "workload.hpp"

namespace {

void stack(void** objects, size_t live, size_t operations, size_t min, size_t max) {
    bench::Rng rng(1);
    size_t height = 0;
    for (size_t done = 0; done < operations;) {
        size_t run = 1 + rng.below(live / 4);
        for (; run > 0 && height < live; run--, done++)
            objects[height++] = bench::take(rng.size(min, max));
        run = 1 + rng.below(live / 4);
        for (; run > 0 && height > 0; run--) free(objects[--height]);
    }
    while (height > 0) free(objects[--height]);
}

template <class Victim>
void replace(void** objects, size_t live, size_t operations, size_t min, size_t max,
             Victim victim) {
    bench::Rng rng(2);
    for (size_t i = 0; i < live; i++) objects[i] = bench::take(rng.size(min, max));
    for (size_t i = 0; i < operations; i++) {
        size_t at = victim(rng, i);
        free(objects[at]);
        objects[at] = bench::take(rng.size(min, max));
    }
    for (size_t i = 0; i < live; i++) free(objects[i]);
}

}  // namespace

int main(int argc, char** argv) {
    const char* order = argc > 1 ? argv[1] : "";
    const size_t live = bench::argument(argc, argv, 2, "LIVE");
    const size_t operations = bench::argument(argc, argv, 3, "OPERATIONS");
    const size_t min = bench::argument(argc, argv, 4, "MIN");
    const size_t max = bench::argument(argc, argv, 5, "MAX");
    if (live == 0) {
        fprintf(stderr, "lifetimes: LIVE must not be 0\n");
        return 2;
    }
    void** objects = static_cast<void**>(bench::must(malloc(live * sizeof(void*))));
    bench::Section section;
    if (strcmp(order, "lifo") == 0) {
        stack(objects, live, operations, min, max);
    } else if (strcmp(order, "fifo") == 0) {
        replace(objects, live, operations, min, max,
                [=](bench::Rng&, size_t i) { return i % live; });
    } else if (strcmp(order, "random") == 0) {
        replace(objects, live, operations, min, max,
                [=](bench::Rng& rng, size_t) { return rng.below(live); });
    } else {
        fprintf(stderr, "lifetimes: order must be lifo, fifo or random, not '%s'\n", order);
        return 2;
    }
}
