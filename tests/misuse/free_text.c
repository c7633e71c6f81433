#include "misuse.h"

int main(void) {
    const char* literal = "a string literal";
    announce(literal);
    free(hide((char*)literal));
    return survived();
}
