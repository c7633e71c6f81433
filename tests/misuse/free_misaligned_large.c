#include "misuse.h"

int main(void) {
    char* block = hide(malloc(3000000));
    announce(block + 1);
    free(hide(block + 1));
    return survived();
}
