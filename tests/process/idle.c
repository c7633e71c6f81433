/* What is left of a peak: THREADS threads allocate OBJECTS objects of 16 to 616 bytes each, free
   them all and then do nothing, but live on. One second later the process should be as small as it
   was: no more than 1.2 times its resident set at the start. A machine that is busy with something
   else may keep the process from running, so it gets some seconds more.
   With `others` the main thread frees all objects while those who allocated them sleep. What they
   keep for speed stays then; it is little, no more than an eighth of what the objects needed.
   Usage: idle THREADS OBJECTS [others] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kMostThreads = 16 };

static int objects;
static int others;
/* Of each thread, for the main thread. */
static void** bursts[kMostThreads];

static pthread_barrier_t all_done;

static long resident_kib(void) {
    /* The page tables' own count, not the lagging counters; no stdio buffers are left behind. */
    char line[256];
    long kib = -1;
    FILE* file = fopen("/proc/self/smaps_rollup", "r");
    while (file && kib < 0 && fgets(line, sizeof line, file)) sscanf(line, "Rss: %ld", &kib);
    if (file) fclose(file);
    return kib;
}

static void free_all(void** blocks) {
    for (int i = 0; i < objects; ++i) free(blocks[i]);
    free(blocks);
}

/* With the place for its blocks a thread sleeps in the end. */
static void* burst(void* place) {
    void** blocks = malloc(objects * sizeof *blocks);
    for (int i = 0; i < objects; ++i) {
        const size_t size = 16 + (size_t)i * 7919 % 601;
        blocks[i] = malloc(size);
        memset(blocks[i], 1, size);
    }
    if (others) {
        *(void***)place = blocks;
    } else {
        free_all(blocks);
    }
    if (place) {
        pthread_barrier_wait(&all_done);
        pause();
    }
    return NULL;
}

int main(int argc, char** argv) {
    const int count = argc > 1 ? atoi(argv[1]) : 1;
    objects = argc > 2 ? atoi(argv[2]) : 200000;
    others = argc > 3 && count > 1;
    if (count > kMostThreads) return 2;
    long peak = 0;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    resident_kib(); /* reading it brings in code of the C library */
    const long start = resident_kib();
    if (count == 1) {
        burst(NULL);
    } else {
        pthread_barrier_init(&all_done, NULL, (unsigned)count + 1);
        for (int t = 0; t < count; ++t) pthread_create(&thread, &attributes, burst, &bursts[t]);
        pthread_barrier_wait(&all_done);
    }
    const long most = resident_kib();
    for (int t = 0; others && t < count; ++t) free_all(bursts[t]);
    peak = resident_kib();
    /* A thread that lives on may keep so much of medium blocks in its cache. */
    const long threads = count == 1 ? 0 : count * 64;
    const long goal = others ? start + (most - start) / 8 : start + start / 5 + threads;
    long idle = 0;
    int seconds = 0;
    do {
        sleep(1);
        idle = resident_kib();
    } while (++seconds < 4 && idle > goal);
    printf("start %ld KiB, after the last free %ld KiB, idle %ld KiB after %d s\n", start, peak,
           idle, seconds);
    return start > 0 && idle <= goal ? 0 : 1;
}
