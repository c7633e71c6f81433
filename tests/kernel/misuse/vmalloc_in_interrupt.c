/* vmalloc at interrupt level. */
#include "misuse.h"

static void interrupt(void *unused)
{
    (void)unused;
    announce(vmalloc(PAGE_SIZE));
}

int main(void)
{
    announce(NULL);
    ashlar_run_as_interrupt(interrupt, NULL);
    return survived();
}
