#define _GNU_SOURCE  // dladdr
#include <ashlar/ashlar.h>
#include <stdlib.h>

#include "consumer.h"

int main(void) {
    char* text = malloc(100);
    char* own = ashlar_malloc(100);
    if (text == NULL || own == NULL) return 1;
    snprintf(text, 100, "malloc is in %s", home_of((void*)malloc));
    snprintf(own, 100, "ashlar_malloc is in %s", home_of((void*)ashlar_malloc));
    printf("%s\n%s\n", text, own);
    ashlar_free(own);
    free(text);
    return 0;
}
