#include "misuse.h"

int main(void) {
    char* block = hide(malloc(3000000));
    announce(block + 1000000);
    free(hide(block + 1000000));
    return survived();
}
