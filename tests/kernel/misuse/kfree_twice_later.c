/* kfree of an object that was freed some frees ago. */
#include "misuse.h"

int main(void)
{
    void *p = announce(kmalloc(200, GFP_KERNEL)), *others[100];

    for (int i = 0; i < 100; i++) others[i] = kmalloc(200, GFP_KERNEL);
    kfree(p);
    for (int i = 0; i < 100; i++) kfree(others[i]);
    kfree(p);
    return survived();
}
