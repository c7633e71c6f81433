// Pools: elements kept back, so that one who may sleep gets one in the end.
// Weak, so that a program may bring Linux's mm/mempool.c.

#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

__weak void mempool_exit(mempool_t* pool) {
    while (pool->curr_nr) pool->free(pool->elements[--pool->curr_nr], pool->pool_data);
    kfree(pool->elements);
    pool->elements = NULL;
}

__weak int mempool_init_node(mempool_t* pool, int min_nr, mempool_alloc_t* alloc,
                             mempool_free_t* release, void* pool_data, gfp_t flags, int node) {
    spin_lock_init(&pool->lock);
    pool->min_nr = min_nr;
    pool->curr_nr = 0;
    pool->pool_data = pool_data;
    pool->alloc = alloc;
    pool->free = release;
    init_waitqueue_head(&pool->wait);
    pool->elements = kmalloc_array_node((size_t)min_nr, sizeof(void*), flags, node);
    if (!pool->elements) return -ENOMEM;
    while (pool->curr_nr < min_nr) {
        void* element = alloc(flags, pool_data);
        if (!element) {
            mempool_exit(pool);
            return -ENOMEM;
        }
        pool->elements[pool->curr_nr++] = element;
    }
    return 0;
}
__weak int mempool_init(mempool_t* pool, int min_nr, mempool_alloc_t* alloc,
                        mempool_free_t* release, void* pool_data) {
    return mempool_init_node(pool, min_nr, alloc, release, pool_data, GFP_KERNEL, NUMA_NO_NODE);
}
__weak mempool_t* mempool_create_node(int min_nr, mempool_alloc_t* alloc, mempool_free_t* release,
                                      void* pool_data, gfp_t flags, int node) {
    mempool_t* pool = kzalloc_node(sizeof(*pool), flags, node);
    if (pool && mempool_init_node(pool, min_nr, alloc, release, pool_data, flags, node)) {
        kfree(pool);
        pool = NULL;
    }
    return pool;
}
__weak mempool_t* mempool_create(int min_nr, mempool_alloc_t* alloc, mempool_free_t* release,
                                 void* pool_data) {
    return mempool_create_node(min_nr, alloc, release, pool_data, GFP_KERNEL, NUMA_NO_NODE);
}
__weak void mempool_destroy(mempool_t* pool) {
    if (!pool) return;
    mempool_exit(pool);
    kfree(pool);
}

__weak int mempool_resize(mempool_t* pool, int min_nr) {
    void **elements, *element;
    unsigned long flags;

    BUG_ON(min_nr <= 0);
    might_sleep();
    elements = kmalloc_array((size_t)min_nr, sizeof(*elements), GFP_KERNEL);
    if (!elements) return -ENOMEM;
    spin_lock_irqsave(&pool->lock, flags);
    while (pool->curr_nr > min_nr) {
        element = pool->elements[--pool->curr_nr];
        spin_unlock_irqrestore(&pool->lock, flags);
        pool->free(element, pool->pool_data);
        spin_lock_irqsave(&pool->lock, flags);
    }
    memcpy(elements, pool->elements, (size_t)pool->curr_nr * sizeof(*elements));
    swap(pool->elements, elements);
    pool->min_nr = min_nr;
    spin_unlock_irqrestore(&pool->lock, flags);
    kfree(elements);
    while (READ_ONCE(pool->curr_nr) < min_nr) {
        element = pool->alloc(GFP_KERNEL, pool->pool_data);
        if (!element) break;
        mempool_free(element, pool);
    }
    return 0;
}

static void* take_kept(mempool_t* pool) {
    unsigned long flags;
    void* element = NULL;
    spin_lock_irqsave(&pool->lock, flags);
    if (pool->curr_nr) element = pool->elements[--pool->curr_nr];
    spin_unlock_irqrestore(&pool->lock, flags);
    return element;
}

__weak void* mempool_alloc(mempool_t* pool, gfp_t flags) {
    /* The pool is the reserve: neither the machine's reserves nor hard reclaim are wanted first. */
    gfp_t gently = flags | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
    void* element;

    WARN_ON_ONCE(flags & __GFP_ZERO);
    might_sleep_if(flags & __GFP_DIRECT_RECLAIM);
    gently &= ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
    for (;;) {
        element = pool->alloc(gently, pool->pool_data);
        if (!element) element = take_kept(pool);
        if (element || !(flags & __GFP_DIRECT_RECLAIM)) return element;
        gently = flags | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
        /* Five seconds at most: memory may come back another way than through the pool. */
        wait_event_timeout(pool->wait, READ_ONCE(pool->curr_nr) != 0, 5 * HZ);
    }
}

__weak void mempool_free(void* element, mempool_t* pool) {
    unsigned long flags;
    bool kept = false;

    if (!element) return;
    if (READ_ONCE(pool->curr_nr) < pool->min_nr) {
        spin_lock_irqsave(&pool->lock, flags);
        if (pool->curr_nr < pool->min_nr) {
            pool->elements[pool->curr_nr++] = element;
            kept = true;
        }
        spin_unlock_irqrestore(&pool->lock, flags);
    }
    if (kept)
        wake_up(&pool->wait);
    else
        pool->free(element, pool->pool_data);
}

__weak void* mempool_alloc_slab(gfp_t flags, void* cache) {
    return kmem_cache_alloc(cache, flags);
}
__weak void mempool_free_slab(void* element, void* cache) {
    kmem_cache_free(cache, element);
}
__weak void* mempool_kmalloc(gfp_t flags, void* size) {
    return kmalloc((size_t)size, flags);
}
__weak void mempool_kfree(void* element, void* size) {
    (void)size;
    kfree(element);
}
__weak void* mempool_alloc_pages(gfp_t flags, void* order) {
    return alloc_pages(flags, (unsigned int)(long)order);
}
__weak void mempool_free_pages(void* element, void* order) {
    __free_pages(element, (unsigned int)(long)order);
}
