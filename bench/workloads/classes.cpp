// classes MAX LENGTH ROUNDS: bursts of every size up to MAX, eight sizes a doubling, so that each
// size class of any allocator is used and none is special.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t max = bench::argument(argc, argv, 1, "MAX");
    const size_t length = bench::argument(argc, argv, 2, "LENGTH");
    const size_t rounds = bench::argument(argc, argv, 3, "ROUNDS");
    void** objects = static_cast<void**>(bench::must(malloc(length * sizeof(void*))));
    bench::Section section;
    for (size_t round = 0; round < rounds; round++) {
        size_t step = 1;
        for (size_t size = 8; size <= max; size += step) {
            if (size >= 16 * step) step *= 2;
            for (size_t i = 0; i < length; i++) objects[i] = bench::take(size);
            for (size_t i = 0; i < length; i++) free(objects[i]);
        }
    }
}
