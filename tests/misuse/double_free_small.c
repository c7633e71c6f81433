#include "misuse.h"

/* The commonest of all, twice in a row, is seen at the head of the slab's list. */
int main(void) {
    void* block = hide(malloc(48));
    announce(block);
    free(block);
    free(hide(block));
    return survived();
}
