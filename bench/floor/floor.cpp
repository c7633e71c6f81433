// The floor: an allocator that does next to nothing, to show what of a workload's time is not the
// allocator's. It cuts blocks one behind the other from a chunk of the thread; `free` takes back
// only the newest block and forgets every other one. Real programs outgrow that soon: after kLimit
// bytes it gives up with kExhausted, and the bench shows no floor for that workload.

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <unistd.h>

namespace {

constexpr size_t kAlignment = 16;
constexpr size_t kChunk = size_t{8} << 20;
constexpr size_t kLimit = size_t{1} << 30;
constexpr int kExhausted = 99;

struct Chunk {
    char* top;
    char* end;
};

// The size stands in front of the block: realloc and malloc_usable_size need it.
struct alignas(kAlignment) Header {
    size_t size;
};

thread_local Chunk chunk __attribute__((tls_model("initial-exec"))) = {nullptr, nullptr};
std::atomic<size_t> mapped{0};

constexpr size_t round_up(size_t n, size_t to) {
    return (n + to - 1) & ~(to - 1);
}

[[gnu::noinline]] bool refill(size_t need) {
    if (need > PTRDIFF_MAX / 2) return false;
    const size_t size = round_up(need > kChunk ? need : kChunk, 4096);
    if (mapped.fetch_add(size, std::memory_order_relaxed) + size > kLimit) _exit(kExhausted);
    void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return false;
    chunk = {static_cast<char*>(p), static_cast<char*>(p) + size};
    return true;
}

inline Header* header_of(void* p) {
    return static_cast<Header*>(p) - 1;
}

inline void* take(size_t size) {
    const size_t need = sizeof(Header) + round_up(size, kAlignment);
    if (size > PTRDIFF_MAX || (static_cast<size_t>(chunk.end - chunk.top) < need && !refill(need)))
        [[unlikely]] {
        errno = ENOMEM;
        return nullptr;
    }
    auto* header = reinterpret_cast<Header*>(chunk.top);
    header->size = size;
    chunk.top += need;
    return header + 1;
}

void* take_aligned(size_t alignment, size_t size) {
    if (alignment <= kAlignment) return take(size);
    char* p = static_cast<char*>(take(size + alignment));
    if (p == nullptr) return nullptr;
    char* aligned = p + (-reinterpret_cast<uintptr_t>(p) & (alignment - 1));
    header_of(aligned)->size = size;
    return aligned;
}

inline void give(void* p) {
    if (p == nullptr) return;
    char* end = static_cast<char*>(p) + round_up(header_of(p)->size, kAlignment);
    if (end == chunk.top) chunk.top = reinterpret_cast<char*>(header_of(p));
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
    return take(size);
}

void free(void* p) {
    give(p);
}

void* calloc(size_t count, size_t size) {
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total)) total = SIZE_MAX;
    void* p = take(total);
    return p == nullptr ? nullptr : memset(p, 0, total);
}

void* realloc(void* p, size_t size) {
    if (p == nullptr) return take(size);
    if (size <= header_of(p)->size) return p;
    void* moved = take(size);
    if (moved == nullptr) return nullptr;
    return memcpy(moved, p, header_of(p)->size);
}

void* memalign(size_t alignment, size_t size) {
    return take_aligned(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
    return take_aligned(alignment, size);
}
void* valloc(size_t size) {
    return take_aligned(4096, size);
}
void* pvalloc(size_t size) {
    return take_aligned(4096, round_up(size, 4096));
}

int posix_memalign(void** result, size_t alignment, size_t size) {
    *result = take_aligned(alignment, size);
    return *result == nullptr ? ENOMEM : 0;
}

size_t malloc_usable_size(void* p) {
    return p == nullptr ? 0 : header_of(p)->size;
}

}  // extern "C"
