/* The first byte behind an area, while a lock is held. */
#include "misuse.h"

static DEFINE_SPINLOCK(lock);

int main(void)
{
    volatile char *area = announce(vmalloc(2 * PAGE_SIZE));

    spin_lock(&lock);
    area[2 * PAGE_SIZE] = 1;
    spin_unlock(&lock);
    return survived();
}
