// What sizes a program asks for. Preloaded, it passes every call on to the next malloc and counts;
// when the process ends it appends one JSON line to the file that ASHLAR_BENCH_SIZES names, so that
// a program of several processes leaves several lines.

#include <dlfcn.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr size_t kDoublings = 48;

// sizes[d] counts requests of (2^(d-1), 2^d] bytes.
std::atomic<uint64_t> sizes[kDoublings];
std::atomic<uint64_t> frees, callocs, reallocs, aligneds;

using MallocFunction = void* (*)(size_t);
using FreeFunction = void (*)(void*);
using CallocFunction = void* (*)(size_t, size_t);
using ReallocFunction = void* (*)(void*, size_t);
using AlignedFunction = void* (*)(size_t, size_t);
using PosixFunction = int (*)(void**, size_t, size_t);

MallocFunction next_malloc;
FreeFunction next_free;
CallocFunction next_calloc;
ReallocFunction next_realloc;
AlignedFunction next_aligned_alloc;
PosixFunction next_posix_memalign;

template <class Function>
void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

[[gnu::noinline]] void find_all() {
    find(next_free, "free");
    find(next_calloc, "calloc");
    find(next_realloc, "realloc");
    find(next_aligned_alloc, "aligned_alloc");
    find(next_posix_memalign, "posix_memalign");
    find(next_malloc, "malloc");
}

inline void ready() {
    if (next_malloc == nullptr) [[unlikely]]
        find_all();
}

void count(size_t size) {
    const auto doubling = static_cast<size_t>(size <= 1 ? 0 : std::bit_width(size - 1));
    sizes[doubling < kDoublings ? doubling : kDoublings - 1].fetch_add(1,
                                                                       std::memory_order_relaxed);
}

void add(std::atomic<uint64_t>& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
}

// Kept from the start: some programs clear their environment before they end.
char report_path[4096];

[[gnu::constructor]] void find_report() {
    const char* path = getenv("ASHLAR_BENCH_SIZES");
    if (path != nullptr && strlen(path) < sizeof report_path) strcpy(report_path, path);
}

[[gnu::destructor]] void write_counts() {
    const int fd = report_path[0] == 0 ? -1 : open(report_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) return;
    char line[2048];
    int length = snprintf(
        line, sizeof line,
        "{\"free\": %llu, \"calloc\": %llu, \"realloc\": %llu, \"aligned\": %llu, \"sizes\": [",
        static_cast<unsigned long long>(frees), static_cast<unsigned long long>(callocs),
        static_cast<unsigned long long>(reallocs), static_cast<unsigned long long>(aligneds));
    for (size_t d = 0; d < kDoublings; d++) {
        length += snprintf(line + length, sizeof line - static_cast<size_t>(length), "%s%llu",
                           d == 0 ? "" : ", ", static_cast<unsigned long long>(sizes[d]));
    }
    length += snprintf(line + length, sizeof line - static_cast<size_t>(length), "]}\n");
    if (write(fd, line, static_cast<size_t>(length)) != length) perror("ASHLAR_BENCH_SIZES");
    close(fd);
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
    ready();
    count(size);
    return next_malloc(size);
}

void free(void* p) {
    ready();
    if (p != nullptr) add(frees);
    next_free(p);
}

void* calloc(size_t number, size_t size) {
    ready();
    add(callocs);
    size_t total = 0;
    count(__builtin_mul_overflow(number, size, &total) ? SIZE_MAX : total);
    return next_calloc(number, size);
}

void* realloc(void* p, size_t size) {
    ready();
    if (p != nullptr) add(reallocs);
    count(size);
    return next_realloc(p, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
    ready();
    add(aligneds);
    count(size);
    return next_aligned_alloc(alignment, size);
}

int posix_memalign(void** result, size_t alignment, size_t size) {
    ready();
    add(aligneds);
    count(size);
    return next_posix_memalign(result, alignment, size);
}

}  // extern "C"
