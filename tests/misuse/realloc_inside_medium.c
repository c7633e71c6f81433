#include "misuse.h"

int main(void) {
    char* block = hide(malloc(20000));
    announce(block + 512);
    if (realloc(hide(block + 512), 100000) != NULL) return 2;
    return survived();
}
