/* A pointer that is read from a freed object: poison is no address at all. */
#include "misuse.h"

int main(void)
{
    struct list_head *node = kmalloc(64, GFP_KERNEL);

    INIT_LIST_HEAD(node);
    kfree(node);
    node = announce(node);
    WRITE_ONCE(node->next->prev, node);
    return survived();
}
