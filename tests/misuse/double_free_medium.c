#include "misuse.h"

int main(void) {
    void* block = hide(malloc(20000));
    announce(block);
    free(block);
    free(hide(block));
    return survived();
}
