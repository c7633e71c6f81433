/* A member of an object that is none; a fault that copy_from_user() answered changes nothing of it. */
#include "misuse.h"

#include <linux/uaccess.h>

int main(void)
{
    struct list_head *node = announce(NULL);

    kfree(kmalloc(64, GFP_KERNEL));
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer is what is read
    if (!copy_from_user(&node, (void *)PAGE_SIZE, sizeof(node))) return 1;
    printf("%p\n", *(void *volatile *)((char *)node + 0x18));
    return survived();
}
