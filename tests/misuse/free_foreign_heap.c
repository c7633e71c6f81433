#include "misuse.h"

/* glibc's own malloc is still in the process; what it gave is not ours to free. */
#include <dlfcn.h>

int main(void) {
    void* (*other_malloc)(size_t);
    *(void**)&other_malloc = dlsym(RTLD_DEFAULT, "__libc_malloc");
    void* block = other_malloc(100);
    announce(block);
    free(hide(block));
    return survived();
}
