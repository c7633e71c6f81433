/* Writes malloc_info's document to standard output, in a process with a life behind it: threads,
   all kinds of sizes, holes. malloc_info_test.py reads it. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void* work(void* unused) {
    void* blocks[2000];
    (void)unused;
    for (size_t i = 0; i < 2000; ++i) blocks[i] = malloc(i * 7 % 9000);
    for (size_t i = 0; i < 2000; i += 2) free(blocks[i]);
    for (size_t i = 1; i < 2000; i += 2) free(blocks[i]);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, work, NULL);
    void* held[300];
    for (size_t i = 0; i < 300; ++i) held[i] = malloc(i * 1000);
    if (malloc_info(1, stdout) != EINVAL)
        return fputs("options other than 0 are EINVAL\n", stderr), 1;
    if (malloc_info(0, stdout) != 0) return fputs("malloc_info failed\n", stderr), 1;
    for (size_t i = 0; i < 300; ++i) free(held[i]);
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
    return 0;
}
