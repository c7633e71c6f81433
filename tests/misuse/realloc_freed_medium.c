#include "misuse.h"

int main(void) {
    void* block = hide(malloc(20000));
    announce(block);
    free(block);
    if (realloc(hide(block), 100000) != NULL) return 2;
    return survived();
}
