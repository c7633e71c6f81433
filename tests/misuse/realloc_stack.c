#include "misuse.h"

int main(void) {
    char on_the_stack[100];
    announce(on_the_stack);
    if (realloc(hide(on_the_stack), 200) != NULL) return 2;
    return survived();
}
