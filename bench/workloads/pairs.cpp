// pairs SIZE COUNT: malloc and free of one size, again and again: the shortest path there is.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t size = bench::argument(argc, argv, 1, "SIZE");
    const size_t count = bench::argument(argc, argv, 2, "COUNT");
    bench::Section section;
    for (size_t i = 0; i < count; i++) free(bench::take(size));
}
