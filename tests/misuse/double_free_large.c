#include "misuse.h"

int main(void) {
    void* block = hide(malloc(3000000));
    announce(block);
    free(block);
    free(hide(block));
    return survived();
}
