#pragma once
// What the synthetic workloads share.
//
// A workload is an ordinary program that calls malloc and free and knows nothing of the allocator
// below it: the bench chooses that by LD_PRELOAD. It does a fixed amount of work, the same one for
// every allocator (all randomness comes from `Rng` with a fixed seed), and prints what it saw as
// "key value" lines. Nothing here allocates, so that what the bench measures is the workload's own.

#include <sys/resource.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace bench {

// splitmix64: one multiplication chain a number, no state to warm up.
class Rng {
  public:
    explicit Rng(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    // Uniform in [0, bound), without a division.
    size_t below(size_t bound) {
        return static_cast<size_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }

    // Sizes of programs are spread over magnitudes: every doubling between min and max is as likely
    // as any other, and uniform inside.
    size_t size(size_t min, size_t max) {
        size_t low = min;
        unsigned doublings = 0;
        for (size_t s = min; s < max; s *= 2) doublings++;
        if (doublings > 1) low = min << below(doublings);
        size_t high = low * 2 < max ? low * 2 : max;
        return low + below(high - low + 1);
    }

  private:
    uint64_t state_;
};

// Hides a value from the optimiser, so that a malloc whose result is dropped stays.
template <class T>
inline void keep(T& value) {
    asm volatile("" : "+r"(value) : : "memory");
}

inline void* must(void* p) {
    if (p == nullptr) {
        fprintf(stderr, "workload: out of memory: %s\n", strerror(errno));
        exit(2);
    }
    keep(p);
    return p;
}

// Allocates and writes the first word, as every user of memory does.
inline void* take(size_t size) {
    void* p = must(malloc(size));
    *static_cast<volatile char*>(p) = static_cast<char>(size);
    return p;
}

inline void touch_pages(void* p, size_t size) {
    constexpr size_t kPage = 4096;
    auto* bytes = static_cast<volatile char*>(p);
    for (size_t at = 0; at < size; at += kPage) bytes[at] = 1;
    if (size != 0) bytes[size - 1] = 1;
}

inline size_t argument(int argc, char** argv, int index, const char* name) {
    char* end = nullptr;
    errno = 0;
    unsigned long long value = index < argc ? strtoull(argv[index], &end, 10) : 0;
    if (index >= argc || end == argv[index] || *end != '\0' || errno != 0) {
        fprintf(stderr, "%s: argument %d (%s) must be a number, not '%s'\n", argv[0], index, name,
                index < argc ? argv[index] : "");
        exit(2);
    }
    return static_cast<size_t>(value);
}

inline void report(const char* key, double value) {
    dprintf(STDOUT_FILENO, "%s %.9g\n", key, value);
}

inline double now(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// The timed part of a workload; what stands outside it (start-up, building inputs) is not counted.
class Section {
  public:
    Section() : wall_(now(CLOCK_MONOTONIC)), cpu_(now(CLOCK_PROCESS_CPUTIME_ID)) {}
    ~Section() {
        double wall = now(CLOCK_MONOTONIC) - wall_;
        double cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu_;
        report("seconds", wall);
        report("cpu_seconds", cpu);
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

  private:
    double wall_, cpu_;
};

// Resident memory now, in KiB. smaps_rollup walks the page tables; the cheaper counters of
// /proc/self/statm may lag behind by some hundred KiB a CPU.
inline double resident_kib() {
    int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char text[2048];
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return 0;
    text[length] = '\0';
    const char* rss = strstr(text, "\nRss:");
    return rss != nullptr ? atof(rss + 5) : 0;
}

}  // namespace bench
