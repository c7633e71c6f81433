#include "misuse.h"

int main(void) {
    void* blocks[20];
    for (int i = 0; i < 20; ++i) blocks[i] = hide(malloc(20000));
    for (int i = 0; i < 20; ++i) free(blocks[i]);
    announce(blocks[7]);
    free(hide(blocks[7]));
    return survived();
}
