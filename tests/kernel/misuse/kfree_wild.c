/* kfree of an address that is nobody's. */
#include "misuse.h"

int main(void)
{
    kfree(announce((void *)0xdead0000beef0000UL));
    return survived();
}
