/* A library that is initialised before the preload could be, registers handlers of fork and stops
   its threads in them, as numerical libraries do. Its handlers run when all others of the program
   have, so the allocator must not have closed its doors by then. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_t worker;
static atomic_int stop;

static void* work(void* unused) {
    while (!stop) {
        for (size_t size = 1; size < 1000000; size += 1 + size / 4) {
            char* block = malloc(size);
            memset(block, 1, size);
            free(block);
        }
    }
    return unused;
}

static void start_worker(void) {
    stop = 0;
    if (pthread_create(&worker, NULL, work, NULL) != 0) abort();
}

static void stop_worker(void) {
    stop = 1;
    pthread_join(worker, NULL);
    free(calloc(1000, 1000));
}

__attribute__((constructor)) static void loaded(void) {
    pthread_atfork(stop_worker, start_worker, start_worker);
    start_worker();
}

int forks_first_answer(void) {
    return 42;
}
