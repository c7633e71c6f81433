#include "misuse.h"

int main(void) {
    char on_the_stack[100];
    announce(on_the_stack);
    free(hide(on_the_stack));
    return survived();
}
