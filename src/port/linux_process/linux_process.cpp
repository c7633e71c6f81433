#include "port/linux_process/linux_process.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/bits.h"
#include "core/config.h"

#if !defined(MAP_FIXED_NOREPLACE)
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#if !defined(MREMAP_DONTUNMAP)
#define MREMAP_DONTUNMAP 4
#endif

namespace ashlar::port {

namespace {

constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
constexpr int kReadWrite = PROT_READ | PROT_WRITE;

// The library works inside calls that must not change errno (free).
class KeepErrno {
  public:
    KeepErrno() : saved_(errno) {}
    ~KeepErrno() { errno = saved_; }

  private:
    int saved_;
};

// The kernel's 16 random bytes of this program start, mixed so that two
// suggestions differ.
u64 next_random() {
    static u64 state = 0;
    if (state == 0) {
        // The kernel puts them anywhere, aligned to nothing.
        u64 seed[2] = {address(&state), 0};
        const void* given = reinterpret_cast<const void*>(getauxval(AT_RANDOM));
        if (given != nullptr) std::memcpy(seed, given, sizeof seed);
        state = seed[0] ^ (seed[1] << 1);
    }
    state += 0x9e3779b97f4a7c15ULL;
    u64 z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace

usize LinuxProcess::page_size() noexcept {
    static usize size = 0;
    usize known = __atomic_load_n(&size, __ATOMIC_RELAXED);
    if (known == 0) [[unlikely]] {
        known = getauxval(AT_PAGESZ);
        __atomic_store_n(&size, known, __ATOMIC_RELAXED);
    }
    return known;
}

void* LinuxProcess::suggest(usize bytes) noexcept {
    // It knows a few ranges of addresses, all of them the kernel's choice.
    if constexpr (kThreadSanitizer) return nullptr;
    // Between the shadow of a sanitizer below and position-independent
    // programs above; the kernel itself places mappings top-down from the
    // stack and comes here last.
    constexpr usize kLowest = usize{18} << 40;
    constexpr usize kHighest = usize{80} << 40;
    if (bytes > kHighest - kLowest) return nullptr;
    const usize places = (kHighest - kLowest - bytes) / kGiB;
    return reinterpret_cast<void*>(kLowest + (places == 0 ? 0 : next_random() % places) * kGiB);
}

Claim LinuxProcess::claim(void* at, usize bytes) noexcept {
    const KeepErrno keep;
    void* got = mmap(at, bytes, kReadWrite, kAnonymous | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == at) return Claim::Done;
    if (got == MAP_FAILED) return errno == ENOMEM ? Claim::OutOfMemory : Claim::Taken;
    munmap(got, bytes);  // a kernel before 4.17 takes the address as a hint
    return Claim::Taken;
}

void* LinuxProcess::reserve(usize bytes, usize align) noexcept {
    const KeepErrno keep;
    const usize padded = bytes + align;
    if (padded < bytes) return nullptr;
    void* got = mmap(nullptr, padded, PROT_NONE, kAnonymous, -1, 0);
    if (got == MAP_FAILED) return nullptr;
    char* start = static_cast<char*>(got);
    char* aligned = reinterpret_cast<char*>(align_up(address(start), align));
    if (aligned != start) munmap(start, static_cast<usize>(aligned - start));
    const usize behind = static_cast<usize>(start + padded - (aligned + bytes));
    if (behind != 0) munmap(aligned + bytes, behind);
    return aligned;
}

bool LinuxProcess::commit(void* at, usize bytes) noexcept {
    const KeepErrno keep;
    return mprotect(at, bytes, kReadWrite) == 0;
}

void LinuxProcess::discard(void* at, usize bytes) noexcept {
    const KeepErrno keep;
    // Locked memory (mlockall) refuses; a fresh mapping is always possible.
    if (madvise(at, bytes, MADV_DONTNEED) != 0) reset(at, bytes);
}

void LinuxProcess::look_for_memory(void* at, usize bytes, unsigned char* there) noexcept {
    const KeepErrno keep;
    if (mincore(at, bytes, there) != 0) __builtin_memset(there, 1, bytes / page_size());
}

bool LinuxProcess::move(void* from, void* to, usize bytes) noexcept {
    const KeepErrno keep;
    constexpr int kFlags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    if (mremap(from, bytes, bytes, kFlags, to) == to) return true;
    // The kernel unmaps the target before it looks whether it can move: close the hole.
    // Where it did not come so far the range is taken, and nothing happens.
    static_cast<void>(mmap(to, bytes, kReadWrite, kAnonymous | MAP_FIXED_NOREPLACE, -1, 0));
    return false;
}

void LinuxProcess::reset(void* at, usize bytes) noexcept {
    const KeepErrno keep;
    if (mmap(at, bytes, kReadWrite, kAnonymous | MAP_FIXED, -1, 0) == MAP_FAILED) {
        // Out of mappings: the range keeps its old pages, which must read as zero.
        if (madvise(at, bytes, MADV_DONTNEED) != 0) __builtin_memset(at, 0, bytes);
    }
}

void LinuxProcess::prefer_huge(void* at, usize bytes) noexcept {
    const KeepErrno keep;
    madvise(at, bytes, MADV_HUGEPAGE);
}

u32 LinuxProcess::now_ms() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return static_cast<u32>(now.tv_sec) * 1000U + static_cast<u32>(now.tv_nsec / 1000000);
}

void LinuxProcess::park(const void* word, u32 value) noexcept {
    const KeepErrno keep;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void LinuxProcess::park_for(const void* word, u32 value, u32 ms) noexcept {
    const KeepErrno keep;
    const timespec limit{static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1000000L};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &limit, nullptr, 0);
}

void LinuxProcess::unpark_one(const void* word) noexcept {
    const KeepErrno keep;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void LinuxProcess::write_all(int fd, const char* text, usize length) noexcept {
    const KeepErrno keep;
    while (length > 0) {
        const ssize_t done = write(fd, text, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return;
        text += done;
        length -= static_cast<usize>(done);
    }
}

void LinuxProcess::die() noexcept {
    abort();
}

namespace {

// A thread-specific key whose destructor is the hook. Destructors of other
// keys may allocate after ours, so it asks to be called again until the last
// round that the C library grants.
constexpr uptr kRounds = PTHREAD_DESTRUCTOR_ITERATIONS - 1;

pthread_key_t exit_key;
bool has_exit_key = false;
pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
void (*exit_hook)() = nullptr;

void on_key_destroyed(void* round) {
    const uptr n = address(round);
    if (n < kRounds && pthread_setspecific(exit_key, reinterpret_cast<void*>(n + 1)) == 0) return;
    __atomic_load_n(&exit_hook, __ATOMIC_RELAXED)();
}

void make_exit_key() {
    has_exit_key = pthread_key_create(&exit_key, on_key_destroyed) == 0;
}

}  // namespace

void LinuxProcess::at_thread_exit(void (*hook)()) noexcept {
    const KeepErrno keep;
    __atomic_store_n(&exit_hook, hook, __ATOMIC_RELAXED);
    pthread_once(&exit_key_once, make_exit_key);
    // A program that has used up the keys keeps the shards of its threads.
    if (has_exit_key) pthread_setspecific(exit_key, reinterpret_cast<void*>(uptr{1}));
}

}  // namespace ashlar::port
