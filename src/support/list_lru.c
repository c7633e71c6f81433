// Items in the order of use: what a shrinker walks from the oldest on. One list,
// because there is one node and no memory group.

#include <linux/list_lru.h>
#include <linux/slab.h>

int __list_lru_init(struct list_lru *lru, bool memcg_aware, struct lock_class_key *key, struct shrinker *shrinker)
{
    (void)memcg_aware;
    (void)key;
    (void)shrinker;
    lru->node = kzalloc(sizeof(*lru->node), GFP_KERNEL);
    if (!lru->node) return -ENOMEM;
    spin_lock_init(&lru->node->lock);
    INIT_LIST_HEAD(&lru->node->lru.list);
    return 0;
}

void list_lru_destroy(struct list_lru *lru)
{
    kfree(lru->node);
    lru->node = NULL;
}

bool list_lru_add(struct list_lru *lru, struct list_head *item)
{
    struct list_lru_node *node = lru->node;
    bool fresh;

    spin_lock(&node->lock);
    fresh = list_empty(item);
    if (fresh) {
        list_add_tail(item, &node->lru.list);
        node->lru.nr_items++;
        node->nr_items++;
    }
    spin_unlock(&node->lock);
    return fresh;
}

bool list_lru_del(struct list_lru *lru, struct list_head *item)
{
    struct list_lru_node *node = lru->node;
    bool there;

    spin_lock(&node->lock);
    there = !list_empty(item);
    if (there) {
        list_lru_isolate(&node->lru, item);
        node->nr_items--;
    }
    spin_unlock(&node->lock);
    return there;
}

unsigned long list_lru_count_one(struct list_lru *lru, int nid, struct mem_cgroup *group)
{
    (void)group;
    return list_lru_count_node(lru, nid);
}

unsigned long list_lru_count_node(struct list_lru *lru, int nid)
{
    (void)nid;
    return (unsigned long)READ_ONCE(lru->node->nr_items);
}

/* For a walk's callback, which answers LRU_REMOVED then: the walk counts the node's items. */
void list_lru_isolate(struct list_lru_one *list, struct list_head *item)
{
    list_del_init(item);
    list->nr_items--;
}

void list_lru_isolate_move(struct list_lru_one *list, struct list_head *item, struct list_head *head)
{
    list_move(item, head);
    list->nr_items--;
}

/* With the node's lock held. A callback that answers LRU_RETRY or LRU_REMOVED_RETRY has let go of it
 * meanwhile, so the walk starts again at the oldest. */
static unsigned long walk(struct list_lru_node *node, list_lru_walk_cb isolate, void *argument,
                          unsigned long *nr_to_walk)
{
    struct list_head *item, *next;
    unsigned long isolated = 0;

restart:
    list_for_each_safe(item, next, &node->lru.list)
    {
        enum lru_status status;

        /* Before the callback: a busy item that asks for a retry must not keep the walk for ever. */
        if (!*nr_to_walk) break;
        --*nr_to_walk;
        status = isolate(item, &node->lru, &node->lock, argument);
        if (status == LRU_REMOVED || status == LRU_REMOVED_RETRY) {
            isolated++;
            node->nr_items--;
        }
        if (status == LRU_REMOVED_RETRY || status == LRU_RETRY) goto restart;
        if (status == LRU_ROTATE) list_move_tail(item, &node->lru.list);
    }
    return isolated;
}

unsigned long list_lru_walk_node(struct list_lru *lru, int nid, list_lru_walk_cb isolate, void *argument,
                                 unsigned long *nr_to_walk)
{
    unsigned long isolated;

    (void)nid;
    spin_lock(&lru->node->lock);
    isolated = walk(lru->node, isolate, argument, nr_to_walk);
    spin_unlock(&lru->node->lock);
    return isolated;
}

unsigned long list_lru_walk_one(struct list_lru *lru, int nid, struct mem_cgroup *group, list_lru_walk_cb isolate,
                                void *argument, unsigned long *nr_to_walk)
{
    (void)group;
    return list_lru_walk_node(lru, nid, isolate, argument, nr_to_walk);
}

unsigned long list_lru_walk_one_irq(struct list_lru *lru, int nid, struct mem_cgroup *group, list_lru_walk_cb isolate,
                                    void *argument, unsigned long *nr_to_walk)
{
    unsigned long isolated;

    (void)nid;
    (void)group;
    spin_lock_irq(&lru->node->lock);
    isolated = walk(lru->node, isolate, argument, nr_to_walk);
    spin_unlock_irq(&lru->node->lock);
    return isolated;
}
