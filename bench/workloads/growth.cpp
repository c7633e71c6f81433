// growth VECTORS LIMIT PERCENT ROUNDS: VECTORS buffers grow in turn by realloc, each step by
// PERCENT of their size (at least 16 bytes), to LIMIT bytes; the new part is written, as a string
// builder or a vector does. Small PERCENT: appending line by line; 50 and 100: the usual vectors.
#include "workload.hpp"

int main(int argc, char** argv) {
    const size_t vectors = bench::argument(argc, argv, 1, "VECTORS");
    const size_t limit = bench::argument(argc, argv, 2, "LIMIT");
    const size_t percent = bench::argument(argc, argv, 3, "PERCENT");
    const size_t rounds = bench::argument(argc, argv, 4, "ROUNDS");
    struct Vector {
        char* data;
        size_t size;
    };
    auto* all = static_cast<Vector*>(bench::must(calloc(vectors, sizeof(Vector))));
    size_t wrong = 0;
    {
        bench::Section section;
        for (size_t round = 0; round < rounds; round++) {
            for (bool grew = true; grew;) {
                grew = false;
                for (size_t i = 0; i < vectors; i++) {
                    Vector& v = all[i];
                    if (v.size >= limit) continue;
                    size_t step = v.size * percent / 100;
                    if (step < 16) step = 16;
                    v.data = static_cast<char*>(bench::must(realloc(v.data, v.size + step)));
                    memset(v.data + v.size, static_cast<int>(i), step);
                    v.size += step;
                    grew = true;
                }
            }
            for (size_t i = 0; i < vectors; i++) {
                wrong += all[i].data[0] != static_cast<char>(i) ||
                         all[i].data[all[i].size / 2] != static_cast<char>(i);
                free(all[i].data);
                all[i] = {};
            }
        }
    }
    if (wrong != 0) {
        fprintf(stderr, "growth: realloc lost the contents of %zu blocks\n", wrong);
        return 1;
    }
}
