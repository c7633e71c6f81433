/* An allocation that may sleep, under a spin lock. */
#include "misuse.h"

static DEFINE_SPINLOCK(lock);

int main(void)
{
    void *p;

    announce(NULL);
    spin_lock(&lock);
    p = kmalloc(64, GFP_KERNEL);
    spin_unlock(&lock);
    kfree(p);
    return survived();
}
