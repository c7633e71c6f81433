// Lists that change while somebody walks them. A node has a reference from its list and
// one from every iterator that stands on it; whoever drops the last takes it out:
//   node->n_ref = (in the list, not dead) + iterators on it
// A node that is deleted is marked dead, so that iterators pass it over, and stays linked
// until those on it have moved on. klist_remove() waits for that.

#include <linux/klist.h>

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/spinlock.h>

#define DEAD 1UL
static struct klist *list_of(const struct klist_node *node) { return (void *)((unsigned long)node->n_klist & ~DEAD); }
static bool is_dead(const struct klist_node *node) { return (unsigned long)node->n_klist & DEAD; }

/* Who waits in klist_remove(); on their stacks. */
struct waiter {
    struct list_head list;
    struct klist_node *node;
    struct completion gone;
};
static DEFINE_SPINLOCK(waiters_lock);
static LIST_HEAD(waiters);

void klist_init(struct klist *list, void (*get)(struct klist_node *), void (*put)(struct klist_node *))
{
    INIT_LIST_HEAD(&list->k_list);
    spin_lock_init(&list->k_lock);
    list->get = get;
    list->put = put;
}

static void begin(struct klist *list, struct klist_node *node)
{
    INIT_LIST_HEAD(&node->n_node);
    kref_init(&node->n_ref);
    node->n_klist = list;
    if (list->get) list->get(node);
}

void klist_add_head(struct klist_node *node, struct klist *list)
{
    begin(list, node);
    spin_lock(&list->k_lock);
    list_add(&node->n_node, &list->k_list);
    spin_unlock(&list->k_lock);
}

void klist_add_tail(struct klist_node *node, struct klist *list)
{
    begin(list, node);
    spin_lock(&list->k_lock);
    list_add_tail(&node->n_node, &list->k_list);
    spin_unlock(&list->k_lock);
}

void klist_add_behind(struct klist_node *node, struct klist_node *pos)
{
    struct klist *list = list_of(pos);

    begin(list, node);
    spin_lock(&list->k_lock);
    list_add(&node->n_node, &pos->n_node);
    spin_unlock(&list->k_lock);
}

void klist_add_before(struct klist_node *node, struct klist_node *pos)
{
    struct klist *list = list_of(pos);

    begin(list, node);
    spin_lock(&list->k_lock);
    list_add_tail(&node->n_node, &pos->n_node);
    spin_unlock(&list->k_lock);
}

/* With the list's lock held. Who waits may free the node at once. */
static void take_out(struct kref *ref)
{
    struct klist_node *node = container_of(ref, struct klist_node, n_ref);
    struct waiter *waiter, *next;

    WARN_ON(!is_dead(node));
    list_del(&node->n_node);
    node->n_klist = NULL;
    spin_lock(&waiters_lock);
    list_for_each_entry_safe(waiter, next, &waiters, list)
    {
        if (waiter->node != node) continue;
        list_del(&waiter->list);
        complete(&waiter->gone);
    }
    spin_unlock(&waiters_lock);
}

static void put(struct klist_node *node, bool kill)
{
    struct klist *list = list_of(node);
    void (*put_node)(struct klist_node *) = list->put;

    spin_lock(&list->k_lock);
    if (kill) {
        WARN_ON(is_dead(node));
        node->n_klist = (void *)((unsigned long)node->n_klist | DEAD);
    }
    if (!kref_put(&node->n_ref, take_out)) put_node = NULL;
    spin_unlock(&list->k_lock);
    if (put_node) put_node(node);
}

void klist_del(struct klist_node *node) { put(node, true); }

void klist_remove(struct klist_node *node)
{
    struct waiter waiter = {.node = node};

    init_completion(&waiter.gone);
    spin_lock(&waiters_lock);
    list_add(&waiter.list, &waiters);
    spin_unlock(&waiters_lock);
    klist_del(node);
    wait_for_completion(&waiter.gone);
}

int klist_node_attached(struct klist_node *node) { return node->n_klist != NULL; }

void klist_iter_init_node(struct klist *list, struct klist_iter *iter, struct klist_node *node)
{
    iter->i_klist = list;
    iter->i_cur = node && kref_get_unless_zero(&node->n_ref) ? node : NULL;
}
void klist_iter_init(struct klist *list, struct klist_iter *iter) { klist_iter_init_node(list, iter, NULL); }

void klist_iter_exit(struct klist_iter *iter)
{
    if (iter->i_cur) put(iter->i_cur, false);
    iter->i_cur = NULL;
}

static struct klist_node *move(struct klist_iter *iter, bool forward)
{
    struct klist *list = iter->i_klist;
    struct klist_node *left = iter->i_cur;
    struct list_head *at = left ? &left->n_node : &list->k_list;
    void (*put_node)(struct klist_node *) = list->put;
    unsigned long flags;

    spin_lock_irqsave(&list->k_lock, flags);
    iter->i_cur = NULL;
    for (;;) {
        struct klist_node *node;

        at = forward ? at->next : at->prev;
        if (at == &list->k_list) break;
        node = list_entry(at, struct klist_node, n_node);
        if (is_dead(node)) continue;
        kref_get(&node->n_ref);
        iter->i_cur = node;
        break;
    }
    if (!left || !kref_put(&left->n_ref, take_out)) put_node = NULL;
    spin_unlock_irqrestore(&list->k_lock, flags);
    if (put_node) put_node(left);
    return iter->i_cur;
}
struct klist_node *klist_next(struct klist_iter *iter) { return move(iter, true); }
struct klist_node *klist_prev(struct klist_iter *iter) { return move(iter, false); }
