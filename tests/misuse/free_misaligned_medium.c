#include "misuse.h"

int main(void) {
    char* block = hide(malloc(20000));
    announce(block + 8);
    free(hide(block + 8));
    return survived();
}
