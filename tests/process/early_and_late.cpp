// A program that allocates before any constructor and after every destructor, and frees at the one
// end what it took at the other. Prints the moments it has passed, for early_and_late_test.py.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"

using namespace ashlar::test;

namespace {

void* kept[8];

void say(const char* moment) {
    const ssize_t written = write(1, moment, strlen(moment));
    if (written < 0) _exit(3);
}

/// All kinds of blocks; one stays until `late` frees it.
void take(int slot, const char* moment) {
    for (size_t size = 0; size < 3000000; size += 1 + size / 2) free(hide(malloc(size)));
    free(hide(realloc(hide(calloc(10, 10)), 5000)));
    kept[slot] = hide(malloc(4000));
    fill(kept[slot], 4000, static_cast<unsigned>(slot));
    say(moment);
}

void give(int slot, const char* moment) {
    if (!intact(kept[slot], 4000, static_cast<unsigned>(slot))) _exit(4);
    free(kept[slot]);
    delete new std::string(1000, 'x');
    say(moment);
}

void preinit(int, char**, char**) {
    take(0, "preinit\n");
}
[[gnu::used, gnu::section(".preinit_array")]] void (*preinit_entry)(int, char**, char**) = preinit;

[[gnu::constructor(101)]] void first_constructor() {
    take(1, "constructor\n");
}
[[gnu::destructor(101)]] void last_destructor() {
    give(1, "destructor\n");
    give(0, "after preinit's\n");
}

struct Static {
    std::vector<std::string> texts = std::vector<std::string>(100, std::string(200, 's'));
    Static() { take(2, "static\n"); }
    ~Static() { give(2, "static's end\n"); }
} object;

}  // namespace

int main() {
    take(3, "main\n");
    atexit([] { give(3, "atexit\n"); });
    atexit([] {
        // A handler registered by a handler, as libraries do.
        take(4, "outer handler\n");
        atexit([] { give(4, "inner handler\n"); });
    });
    return 0;
}
