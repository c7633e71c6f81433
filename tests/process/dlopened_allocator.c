/* The library loaded by hand into a process that lives on the system's malloc: its thread-local
   storage must fit into what ld.so keeps for late comers, and its heap must stand beside the other.
   Usage: dlopened_allocator LIBRARY */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void* (*take)(size_t);
static void* (*resize)(void*, size_t);
static void (*give)(void*);

static void* work(void* unused) {
    for (int round = 0; round < 50; ++round) {
        char* blocks[300];
        for (size_t i = 0; i < 300; ++i) {
            blocks[i] = take(i * i);
            if (!blocks[i]) return "ashlar_malloc gave NULL";
            memset(blocks[i], (int)i, i * i);
            char* other = malloc(i);
            free(other);
        }
        for (size_t i = 0; i < 300; ++i) {
            blocks[i] = resize(blocks[i], i * i + 100);
            if (i > 0 && blocks[i][i * i - 1] != (char)i) return "contents lost";
            give(blocks[i]);
        }
    }
    return unused;
}

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
    *(void**)&take = dlsym(library, "ashlar_malloc");
    *(void**)&resize = dlsym(library, "ashlar_realloc");
    *(void**)&give = dlsym(library, "ashlar_free");
    if (!take || !resize || !give) return fprintf(stderr, "%s\n", dlerror()), 1;
    for (int round = 0; round < 20; ++round) {
        pthread_t threads[4];
        void* problem = NULL;
        for (int t = 0; t < 4; ++t) pthread_create(&threads[t], NULL, work, NULL);
        for (int t = 0; t < 4; ++t) {
            void* result = NULL;
            pthread_join(threads[t], &result);
            if (result) problem = result;
        }
        if (problem) return fprintf(stderr, "%s\n", (char*)problem), 1;
    }
    /* Blocks and threads' state may outlive the handle; the library must survive being closed. */
    void* left = take(1000);
    dlclose(library);
    pthread_t after;
    pthread_create(&after, NULL, (void* (*)(void*))strdup, "the system's malloc goes on");
    void* text = NULL;
    pthread_join(after, &text);
    free(text);
    return left == NULL;
}
