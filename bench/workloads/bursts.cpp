// bursts SIZE LENGTH ROUNDS: LENGTH objects of one size, then all of them freed in the order of
// their making (as a queue or an array of owned objects does).
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t size = bench::argument(argc, argv, 1, "SIZE");
    const size_t length = bench::argument(argc, argv, 2, "LENGTH");
    const size_t rounds = bench::argument(argc, argv, 3, "ROUNDS");
    void** objects = static_cast<void**>(bench::must(malloc(length * sizeof(void*))));
    bench::Section section;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < length; i++) objects[i] = bench::take(size);
        for (size_t i = 0; i < length; i++) free(objects[i]);
    }
}
