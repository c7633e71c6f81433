/* A C program with no C++ anywhere: the preload must not bring libstdc++ along. Later such a
   program loads a C++ plugin (argument 1), whose failing new must throw an exception that the
   plugin can catch although the allocator was there long before libstdc++. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int maps_mention(const char* name) {
    char line[4096];
    int found = 0;
    FILE* maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) found |= strstr(line, name) != NULL;
    fclose(maps);
    return found;
}

int main(int argc, char** argv) {
    const char* expected = getenv("ASHLAR_TEST_EXPECT");
    char* text = strdup("a C program");
    if (expected && !maps_mention(expected)) return fprintf(stderr, "no %s here\n", expected), 1;
    if (maps_mention("libstdc++")) return fputs("libstdc++ came along\n", stderr), 1;
    if (argc > 1) {
        void* plugin = dlopen(argv[1], RTLD_NOW);
        if (plugin == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
        int (*run)(void);
        *(void**)&run = dlsym(plugin, "run_plugin");
        if (run() != 0) return fputs("the plugin's bad_alloc was not as it should be\n", stderr), 1;
        dlclose(plugin);
    }
    free(text);
    return 0;
}
