#include "misuse.h"

#include <malloc.h>

int main(void) {
    void* block = hide(memalign(1 << 20, 2000000));
    announce(block);
    free(block);
    free(hide(block));
    return survived();
}
