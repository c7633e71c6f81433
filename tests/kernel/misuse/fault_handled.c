/* A program that handles faults itself, from before the machine starts, goes on doing so; but what
 * copy_from_user() comes upon is none of them. */
#include "misuse.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include <linux/uaccess.h>

static sigjmp_buf back;
static volatile int faults;
static void jump(int number)
{
    faults++;
    siglongjmp(back, number);
}

int main(void)
{
    char *user = mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), text[8];

    signal(SIGSEGV, jump);
    announce(kmalloc(64, GFP_KERNEL));
    for (int i = 1; i <= 2; i++) {
        if (copy_from_user(text, user, sizeof(text)) != sizeof(text) || faults != i - 1) return 1;
        if (!sigsetjmp(back, 1)) *(volatile char *)hide(NULL) = 1;
        if (faults != i) return 1;
    }
    return survived();
}
