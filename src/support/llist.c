// The lock-free stack's three operations that loop.

#include <linux/llist.h>

__weak bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head)
{
    struct llist_node *seen = READ_ONCE(head->first);
    do {
        last->next = seen;
    } while (!try_cmpxchg(&head->first, &seen, first));
    return !seen;
}

/* One taker at a time, as the header says: or a node could be taken, pushed again and change its
 * successor between the two reads. */
__weak struct llist_node *llist_del_first(struct llist_head *head)
{
    struct llist_node *seen = smp_load_acquire(&head->first);
    while (seen && !try_cmpxchg(&head->first, &seen, READ_ONCE(seen->next))) {}
    return seen;
}

__weak struct llist_node *llist_reverse_order(struct llist_node *head)
{
    struct llist_node *reversed = NULL;
    while (head) {
        struct llist_node *next = head->next;
        head->next = reversed;
        reversed = head;
        head = next;
    }
    return reversed;
}
