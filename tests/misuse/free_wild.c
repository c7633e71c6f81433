#include "misuse.h"

int main(void) {
    void* nowhere = (void*)0xdeadbeefdeadbee0;
    announce(nowhere);
    free(hide(nowhere));
    return survived();
}
