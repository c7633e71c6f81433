#include "misuse.h"

/* Small blocks are not looked at one by one, but when all blocks of a slab are free and its memory
   has gone back, the address is known to hold nothing. */
enum { blocks_of_many_slabs = 20000 };
static void* blocks[blocks_of_many_slabs];

int main(void) {
    for (int i = 0; i < blocks_of_many_slabs; ++i) blocks[i] = hide(malloc(100));
    for (int i = 0; i < blocks_of_many_slabs; ++i) free(blocks[i]);
    announce(blocks[blocks_of_many_slabs / 2]);
    free(hide(blocks[blocks_of_many_slabs / 2]));
    return survived();
}
