// The kernel family in a process beside what a process has: kmalloc and kfree beside malloc and
// free of libashlar, vmalloc and vfree beside mmap and munmap. Both sides take turns in one run,
// and the least of all rounds counts. Exit status 1 when a bound is not kept.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

void kernel_pairs(unsigned long count);
void kernel_areas(unsigned long count, unsigned long pages, unsigned long held);
int kernel_many_areas(unsigned long count);

enum { kRounds = 200, kPairs = 20000, kAreas = 128, kPages = 4, kMostThreads = 64, kLive = 30000 };
static const double kBound = 1.5;

static int missed;
static pthread_barrier_t barrier;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void malloc_pairs(unsigned long count) {
    for (unsigned long i = 0; i < count; i++) {
        void* p = malloc(64);
        __asm__ volatile("" : : "r"(p) : "memory");
        free(p);
    }
}

static void map_many(unsigned long count, unsigned long held) {
    const size_t bytes = kPages * 4096;
    void* maps[64];

    for (unsigned long i = 0; i < count; i += held) {
        for (unsigned long j = 0; j < held; j++) {
            maps[j] = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
            if (maps[j] == MAP_FAILED) abort();
        }
        for (unsigned long j = 0; j < held; j++) munmap(maps[j], bytes);
    }
}

static void map_pairs(unsigned long count) {
    map_many(count, 1);
}
static void map_bursts(unsigned long count) {
    map_many(count, 64);
}
static void area_pairs(unsigned long count) {
    kernel_areas(count, kPages, 1);
}
static void area_bursts(unsigned long count) {
    kernel_areas(count, kPages, 64);
}

struct side {
    void (*run)(unsigned long count);
    double least;
};

struct work {
    struct side ours, theirs;
    unsigned long count;
};

static void one_turn(struct side* side, unsigned long count, int timed) {
    pthread_barrier_wait(&barrier);
    const double from = now();
    side->run(count);
    pthread_barrier_wait(&barrier);
    const double took = (now() - from) / (double)count;
    if (timed && took < side->least) side->least = took;
}

static void* worker(void* argument) {
    struct work* work = argument;
    for (int round = 0; round <= kRounds; round++) {
        // The first round warms up.
        one_turn(&work->ours, work->count, round > 0);
        one_turn(&work->theirs, work->count, round > 0);
    }
    return NULL;
}

// The turns end together, so every thread sees about the same times; the first's count.
static void compare(const char* what, struct side ours, struct side theirs, unsigned long count,
                    int threads) {
    struct work works[kMostThreads];
    pthread_t ids[kMostThreads];

    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) works[i] = (struct work){ours, theirs, count};
    for (int i = 1; i < threads; i++)
        if (pthread_create(&ids[i], NULL, worker, &works[i]) != 0) abort();
    worker(&works[0]);
    for (int i = 1; i < threads; i++) pthread_join(ids[i], NULL);
    pthread_barrier_destroy(&barrier);
    const double ratio = works[0].ours.least / works[0].theirs.least;
    const int late = ratio > kBound;
    missed += late;
    printf("%-44s %2d thread%s %9.1f ns %9.1f ns  ratio %.2f (at most %.1f)%s\n", what, threads,
           threads == 1 ? " " : "s", works[0].ours.least, works[0].theirs.least, ratio, kBound,
           late ? "  missed" : "");
}

int main(void) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const int all = online < 1 ? 1 : online > kMostThreads ? kMostThreads : (int)online;
    const struct side kmalloc_side = {kernel_pairs, 1e9}, malloc_side = {malloc_pairs, 1e9};
    const struct side vmalloc_side = {area_pairs, 1e9}, mmap_side = {map_pairs, 1e9};

    compare("kmalloc(64), kfree / malloc(64), free", kmalloc_side, malloc_side, kPairs, 1);
    if (all > 1)
        compare("kmalloc(64), kfree / malloc(64), free", kmalloc_side, malloc_side, kPairs, all);
    compare("vmalloc, vfree / mmap, munmap of 4 pages", vmalloc_side, mmap_side, kAreas, 1);
    compare("the same, 64 held at once", (struct side){area_bursts, 1e9},
            (struct side){map_bursts, 1e9}, kAreas, 1);
    const int held = kernel_many_areas(kLive);
    printf("%d one-page areas of vmalloc at once: %s\n", kLive, held ? "held" : "not held");
    return missed != 0 || !held;
}
