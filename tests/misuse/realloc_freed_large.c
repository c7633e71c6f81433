#include "misuse.h"

int main(void) {
    void* block = hide(malloc(3000000));
    announce(block);
    free(block);
    if (realloc(hide(block), 4000000) != NULL) return 2;
    return survived();
}
