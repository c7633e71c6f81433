// paths KIND SIZE COUNT: one path of the allocator COUNT times, for counting instructions: the
// bench runs it with two counts, and the difference holds neither start-up nor first touch.
//   pair     malloc, free
//   burst    500 of malloc, then 500 of free
//   calloc   calloc, free
//   aligned  posix_memalign at 64 bytes, free
//   realloc  realloc of one block to and fro inside its class
//   remote   500 of malloc here, 500 of free in another thread
#include "threads.hpp"

namespace {

constexpr size_t kBurst = 500;

void* objects[kBurst];

void pairs(size_t size, size_t count) {
    for (size_t i = 0; i < count; i++) free(bench::take(size));
}

void burst(size_t size, size_t count) {
    for (size_t i = 0; i < count / kBurst; i++) {
        for (void*& object : objects) object = bench::take(size);
        for (void* object : objects) free(object);
    }
}

void zeroed(size_t size, size_t count) {
    for (size_t i = 0; i < count; i++) {
        void* p = bench::must(calloc(1, size));
        *static_cast<volatile char*>(p) = 1;
        free(p);
    }
}

void aligned(size_t size, size_t count) {
    for (size_t i = 0; i < count; i++) {
        void* p = nullptr;
        if (posix_memalign(&p, 64, size) != 0) p = nullptr;
        free(bench::must(p));
    }
}

void resize(size_t size, size_t count) {
    void* p = bench::take(size);
    for (size_t i = 0; i < count; i++) p = bench::must(realloc(p, size - i % 2));
    free(p);
}

void* free_all(void*) {
    for (void* object : objects) free(object);
    return nullptr;
}

void remote(size_t size, size_t count) {
    for (size_t i = 0; i < count / kBurst; i++) {
        for (void*& object : objects) object = bench::take(size);
        pthread_join(bench::start(free_all, nullptr), nullptr);
    }
}

struct Kind {
    const char* name;
    void (*run)(size_t size, size_t count);
};

constexpr Kind kKinds[] = {{"pair", pairs},      {"burst", burst},    {"calloc", zeroed},
                           {"aligned", aligned}, {"realloc", resize}, {"remote", remote}};

}  // namespace

int main(int argc, char** argv) {
    const size_t size = bench::argument(argc, argv, 2, "SIZE");
    const size_t count = bench::argument(argc, argv, 3, "COUNT");
    for (const Kind& kind : kKinds) {
        if (strcmp(argv[1], kind.name) != 0) continue;
        kind.run(size, count);
        return 0;
    }
    fprintf(stderr, "paths: there is no path '%s'\n", argv[1]);
    return 2;
}
