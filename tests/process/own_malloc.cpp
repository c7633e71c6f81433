// A program that brings its own allocator. The program's symbols come before the preload's, so libc
// calls the program's malloc; operator new may come from the preload. Each block must meet the
// free() of the heap it came from, or this crashes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/hide.hpp"

namespace {

// A heap as such programs have: first fit is enough, a magic number tells what is ours.
constexpr size_t kMagic = 0x6f776e2068656170;
struct Header {
    size_t size;
    size_t magic;
};
alignas(16) char arena[96 << 20];
std::atomic<size_t> used = 0;
std::atomic<unsigned> allocations = 0;
std::atomic<unsigned> frees = 0;

void* take(size_t alignment, size_t size) {
    const size_t room = (size + sizeof(Header) + alignment + 31) & ~size_t{15};
    const size_t start = used.fetch_add(room);
    if (start + room > sizeof arena) return nullptr;
    ++allocations;
    const auto address = reinterpret_cast<size_t>(arena) + start + sizeof(Header);
    void* block = reinterpret_cast<void*>((address + alignment - 1) & ~(alignment - 1));
    static_cast<Header*>(block)[-1] = {size, kMagic};
    return block;
}

}  // namespace

extern "C" {
void* malloc(size_t size) {
    return take(16, size);
}
void* calloc(size_t count, size_t size) {
    return take(16, count * size);
}
void free(void* block) {
    if (block == nullptr) return;
    Header& header = static_cast<Header*>(block)[-1];
    if (header.magic != kMagic) {
        fputs("a foreign pointer reached the program's own free\n", stderr);
        _Exit(1);
    }
    header.magic = 0;
    ++frees;
}
void* realloc(void* old, size_t size) {
    void* block = take(16, size);
    if (old != nullptr && block != nullptr) {
        const size_t had = static_cast<Header*>(old)[-1].size;
        memcpy(block, old, had < size ? had : size);
        free(old);
    }
    return block;
}
void* memalign(size_t alignment, size_t size) {
    return take(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
    return take(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
    *result = take(alignment, size);
    return *result == nullptr;
}
size_t malloc_usable_size(void* block) {
    return static_cast<Header*>(block)[-1].size;
}
}

int main() {
    using ashlar::test::hide;
    char* copy = strdup("libc asks the program's malloc");
    if (copy < arena || copy >= arena + sizeof arena)
        return fputs("strdup went elsewhere\n", stderr), 1;
    free(copy);
    // What libc makes of realloc ends at the program's, too.
    void* array = reallocarray(nullptr, 100, 10);
    if (array < arena || array >= arena + sizeof arena)
        return fputs("reallocarray went elsewhere\n", stderr), 1;
    free(array);
    char* line = nullptr;
    size_t room = 0;
    FILE* self = fopen("/proc/self/status", "r");
    while (getline(&line, &room, self) > 0) continue;
    fclose(self);
    free(line);
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([] {
            std::map<int, std::string> texts;
            for (int i = 0; i < 2000; ++i)
                texts[i] = std::string(static_cast<size_t>(i % 200), 'x');
            auto shared = std::make_shared<std::vector<int>>(1000);
            auto* wide = hide(::operator new (100, std::align_val_t{256}));
            ::operator delete (wide, std::align_val_t{256});
        });
    }
    for (std::thread& thread : threads) thread.join();
    try {
        throw std::runtime_error("exceptions are allocated, too");
    } catch (const std::exception&) {
    }
    return allocations > 5 && frees > 3 ? 0 : 1;
}
