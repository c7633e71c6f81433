#include "misuse.h"

static char data[100];

int main(void) {
    announce(data);
    free(hide(data));
    return survived();
}
