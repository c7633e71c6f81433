/* kfree of a variable. */
#include "misuse.h"

int main(void)
{
    int variable;

    kfree(announce(&variable));
    return survived();
}
