/* A program that handles faults itself, from before the machine starts, goes on doing so. */
#include "misuse.h"
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;
static void jump(int number) { siglongjmp(back, number); }

int main(void)
{
    signal(SIGSEGV, jump);
    announce(kmalloc(64, GFP_KERNEL));
    if (!sigsetjmp(back, 1)) *(volatile char *)hide(NULL) = 1;
    return survived();
}
