// Linux's lib/xarray.c takes its nodes from the cache that lib/radix-tree.c
// makes. A program or a module that has the first without the second gets the
// cache here: from the archive the linker takes this file only then.

#include <ashlar/kernel_port.h>

#include <linux/init.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

struct kmem_cache *radix_tree_node_cachep;

static void construct(void *object)
{
    struct xa_node *node = object;

    memset(node, 0, sizeof(*node));
    INIT_LIST_HEAD(&node->private_list);
}

void radix_tree_node_rcu_free(struct rcu_head *head);
void radix_tree_node_rcu_free(struct rcu_head *head)
{
    struct xa_node *node = container_of(head, struct xa_node, rcu_head);

    /* Back to what the constructor promises. */
    memset(node->slots, 0, sizeof(node->slots));
    memset(node->tags, 0, sizeof(node->tags));
    INIT_LIST_HEAD(&node->private_list);
    kmem_cache_free(radix_tree_node_cachep, node);
}

/* Called when the machine starts. */
void ashlar_radix_fallback_init(void);
void ashlar_radix_fallback_init(void)
{
    radix_tree_node_cachep =
        kmem_cache_create("radix_tree_node", sizeof(struct xa_node), 0, SLAB_PANIC | SLAB_RECLAIM_ACCOUNT, construct);
}

/* That file uses the cache without asking whether the machine has started. Others must be able to
 * start it with settings of their own. */
extern void xas_create_range(struct xa_state *state) __attribute__((__weak__));
__attribute__((__constructor__)) static void start_for_xarray(void)
{
    if (xas_create_range) ashlar_port_context();
}
