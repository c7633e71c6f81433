/* Takes all the memory it can get, in blocks of SIZE bytes, expects NULL with ENOMEM, frees it and
   does so again, then works on with what small requests need. Prints how many MiB it got.
   Run under limits by limits_test.py: start-up, too, happens under the limit. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(...) (fprintf(stderr, __VA_ARGS__), exit(1))

struct node {
    struct node* next;
    size_t number;
};

static size_t cap;

static size_t take_all(size_t size) {
    struct node* list = NULL;
    size_t count = 0;
    errno = 0;
    for (struct node* node; count * size < cap && (node = malloc(size)); list = node) {
        memset(node, 0x5a, size);
        node->next = list;
        node->number = count++;
    }
    if (count * size < cap && errno != ENOMEM) FAIL("malloc gave NULL with errno %d\n", errno);
    for (size_t left = count; list;) {
        struct node* node = list;
        list = node->next;
        if (node->number != --left) FAIL("block %zu was overwritten\n", left);
        if (((unsigned char*)node)[size - 1] != 0x5a) FAIL("block %zu's end is lost\n", left);
        free(node);
    }
    return count * size >> 20;
}

static void* small_work(void* unused) {
    for (size_t i = 0; i < 20000; ++i) {
        void* block = malloc(i % 5000);
        if (!block) FAIL("no memory for %zu bytes after everything was freed\n", i % 5000);
        free(block);
    }
    return unused;
}

int main(int argc, char** argv) {
    if (argc != 4) FAIL("usage: greedy SIZE CAP_MIB THREADS\n");
    const size_t size = strtoul(argv[1], NULL, 10);
    cap = strtoul(argv[2], NULL, 10) << 20;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    pthread_t threads[16];
    for (long t = 0; t < atol(argv[3]); ++t) {
        if (pthread_create(&threads[t], &attributes, small_work, NULL)) FAIL("no thread\n");
    }
    for (long t = 0; t < atol(argv[3]); ++t) pthread_join(threads[t], NULL);
    const size_t first = take_all(size);
    small_work(NULL);
    /* What is freed must be good for other sizes, too. */
    const size_t larger = take_all(size * 5);
    const size_t again = take_all(size);
    if (again < first - first / 4) FAIL("%zu MiB at first, only %zu MiB later\n", first, again);
    if (larger < first / 2) FAIL("%zu MiB in small blocks, %zu MiB in larger\n", first, larger);
    printf("%zu\n", first);
    return 0;
}
