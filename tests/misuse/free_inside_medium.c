#include "misuse.h"

int main(void) {
    char* block = hide(malloc(20000));
    announce(block + 4096);
    free(hide(block + 4096));
    return survived();
}
