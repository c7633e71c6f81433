#include "misuse.h"

#include <sys/mman.h>

int main(void) {
    void* pages = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    announce(pages);
    free(hide(pages));
    return survived();
}
