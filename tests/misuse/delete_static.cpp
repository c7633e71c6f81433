// operator delete is the same door as free.
extern "C" {
#include "misuse.h"
}

static char data[100];

int main() {
    announce(data);
    ::operator delete(hide(data));
    return survived();
}
