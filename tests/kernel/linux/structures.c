// Drives Linux's data structures that have no test of their own in lib/.
// Each check prints one line; a failed expectation is a WARN, which the runner counts.

#include <linux/bch.h>
#include <linux/btree.h>
#include <linux/genalloc.h>
#include <linux/generic-radix-tree.h>
#include <linux/klist.h>
#include <linux/lru_cache.h>
#include <linux/module.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu_counter.h>
#include <linux/random.h>
#include <linux/sbitmap.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/textsearch.h>
#include <linux/timerqueue.h>
#include <linux/vmalloc.h>

#define EXPECT(condition) WARN(!(condition), "expected %s", #condition)

static void check_btree(void)
{
    struct btree_head64 tree;
    u64 key = 0;

    EXPECT(btree_init64(&tree) == 0);
    for (u64 i = 1; i <= 5000; i++) EXPECT(btree_insert64(&tree, i * 2654435761u, (void *)(i << 4), GFP_KERNEL) == 0);
    for (u64 i = 1; i <= 5000; i++) EXPECT(btree_lookup64(&tree, i * 2654435761u) == (void *)(i << 4));
    EXPECT(btree_last64(&tree, &key) == (void *)(5000ul << 4) || key != 0);
    for (u64 i = 1; i <= 5000; i++) EXPECT(btree_remove64(&tree, i * 2654435761u) == (void *)(i << 4));
    btree_destroy64(&tree);
    pr_info("btree: done\n");
}

static void check_genalloc(void)
{
    struct gen_pool *pool = gen_pool_create(6, -1);
    void *memory = vmalloc(1 << 20);
    unsigned long blocks[256];

    EXPECT(gen_pool_add(pool, (unsigned long)memory, 1 << 20, -1) == 0);
    for (int i = 0; i < 256; i++) {
        blocks[i] = gen_pool_alloc(pool, 4096);
        EXPECT(blocks[i] >= (unsigned long)memory && blocks[i] + 4096 <= (unsigned long)memory + (1 << 20));
    }
    EXPECT(gen_pool_alloc(pool, 64) == 0);
    for (int i = 0; i < 256; i++) gen_pool_free(pool, blocks[i], 4096);
    EXPECT(gen_pool_avail(pool) == 1 << 20);
    gen_pool_destroy(pool);
    vfree(memory);
    pr_info("genalloc: done\n");
}

static void check_klist(void)
{
    struct klist list;
    struct klist_node nodes[8] = {};
    struct klist_iter iter;
    int seen = 0;

    klist_init(&list, NULL, NULL);
    for (int i = 0; i < 8; i++) klist_add_tail(&nodes[i], &list);
    klist_iter_init(&list, &iter);
    while (klist_next(&iter)) {
        /* The node under the iterator goes, and the walk goes on. */
        if (seen == 3) klist_del(&nodes[3]);
        seen++;
    }
    klist_iter_exit(&iter);
    EXPECT(seen == 8 && !klist_node_attached(&nodes[3]) && klist_node_attached(&nodes[4]));
    pr_info("klist: done\n");
}

static int released;
static void count_release(struct percpu_ref *ref) { released++; }

static void check_percpu(void)
{
    struct percpu_counter counter;
    struct percpu_ref ref;

    EXPECT(percpu_counter_init(&counter, 5, GFP_KERNEL) == 0);
    for (int i = 0; i < 1000; i++) percpu_counter_add(&counter, i % 7 - 3);
    EXPECT(percpu_counter_sum(&counter) == 5 - 3);
    percpu_counter_destroy(&counter);

    EXPECT(percpu_ref_init(&ref, count_release, PERCPU_REF_ALLOW_REINIT, GFP_KERNEL) == 0);
    for (int i = 0; i < 100; i++) percpu_ref_get(&ref);
    percpu_ref_kill(&ref);
    EXPECT(!percpu_ref_tryget_live(&ref));
    for (int i = 0; i < 100; i++) percpu_ref_put(&ref);
    rcu_barrier();
    EXPECT(released == 1 && percpu_ref_is_zero(&ref));
    percpu_ref_reinit(&ref);
    EXPECT(percpu_ref_tryget_live(&ref));
    percpu_ref_put(&ref);
    percpu_ref_kill(&ref);
    rcu_barrier();
    EXPECT(released == 2);
    percpu_ref_exit(&ref);
    pr_info("percpu: done\n");
}

static void check_sbitmap(void)
{
    struct sbitmap_queue queue;
    unsigned int cpu;

    EXPECT(sbitmap_queue_init_node(&queue, 200, -1, false, GFP_KERNEL, NUMA_NO_NODE) == 0);
    for (int i = 0; i < 200; i++) EXPECT(sbitmap_queue_get(&queue, &cpu) >= 0);
    EXPECT(sbitmap_queue_get(&queue, &cpu) == -1);
    EXPECT(sbitmap_weight(&queue.sb) == 200);
    for (unsigned int i = 0; i < 200; i++) sbitmap_queue_clear(&queue, i, 0);
    EXPECT(sbitmap_queue_get(&queue, &cpu) >= 0);
    sbitmap_queue_free(&queue);
    pr_info("sbitmap: done\n");
}

static void check_bch(void)
{
    struct bch_control *bch = bch_init(13, 4, 0, false);
    unsigned int where[4];
    u8 data[512], ecc[16] = {};
    int found;

    get_random_bytes(data, sizeof(data));
    bch_encode(bch, data, sizeof(data), ecc);
    data[7] ^= 0x10;
    data[400] ^= 0x01;
    found = bch_decode(bch, data, sizeof(data), ecc, NULL, NULL, where);
    EXPECT(found == 2);
    EXPECT((where[0] == 7 * 8 + 4 && where[1] == 400 * 8) || (where[1] == 7 * 8 + 4 && where[0] == 400 * 8));
    bch_free(bch);
    pr_info("bch: done\n");
}

struct cached {
    struct lc_element element;
    int value;
};

static void check_lru_cache(void)
{
    struct kmem_cache *objects = KMEM_CACHE(cached, 0);
    struct lru_cache *lc = lc_create("check", objects, 1, 16, sizeof(struct cached), offsetof(struct cached, element));

    for (unsigned int i = 0; i < 100; i++) {
        struct lc_element *element = lc_get(lc, i);
        EXPECT(element != NULL);
        lc_committed(lc);
        lc_put(lc, element);
    }
    EXPECT(lc_find(lc, 99) && !lc_find(lc, 10));
    lc_destroy(lc);
    kmem_cache_destroy(objects);
    pr_info("lru_cache: done\n");
}

static void check_textsearch(void)
{
    static const char text[] = "kernel memory is memory";
    static const char *const algorithms[] = {"kmp", "bm"};

    for (int i = 0; i < 2; i++) {
        struct ts_config *config = textsearch_prepare(algorithms[i], "memory", 6, GFP_KERNEL, 0);
        struct ts_state state;

        EXPECT(!IS_ERR(config));
        EXPECT(textsearch_find_continuous(config, &state, text, sizeof(text) - 1) == 7);
        /* Linux's Boyer-Moore does not move on by itself. */
        if (i == 0) EXPECT(textsearch_next(config, &state) == 17);
        textsearch_destroy(config);
    }
    pr_info("textsearch: done\n");
}

static void check_genradix(void)
{
    static DEFINE_GENRADIX(array, struct cached);
    struct genradix_iter iter;
    struct cached *entry;
    int sum = 0;

    for (int i = 0; i < 1000; i++) genradix_ptr_alloc(&array, i, GFP_KERNEL)->value = i;
    genradix_for_each(&array, iter, entry) sum += entry->value;
    EXPECT(sum == 999 * 1000 / 2 && genradix_ptr(&array, 777)->value == 777);
    genradix_free(&array);
    pr_info("generic-radix-tree: done\n");
}

static void check_timerqueue(void)
{
    struct timerqueue_node nodes[64], *node;
    struct timerqueue_head head;
    ktime_t last = -1;

    timerqueue_init_head(&head);
    for (int i = 0; i < 64; i++) {
        timerqueue_init(&nodes[i]);
        nodes[i].expires = i * 37 % 64;
        timerqueue_add(&head, &nodes[i]);
    }
    while ((node = timerqueue_getnext(&head)) != NULL) {
        EXPECT(node->expires > last);
        last = node->expires;
        timerqueue_del(&head, node);
    }
    EXPECT(last == 63);
    pr_info("timerqueue: done\n");
}

static void check_scatterlist(void)
{
    unsigned int entries;
    struct scatterlist *sgl = sgl_alloc(100000, GFP_KERNEL, &entries);
    u8 *in = kmalloc(100000, GFP_KERNEL), *out = kzalloc(100000, GFP_KERNEL);

    get_random_bytes(in, 100000);
    EXPECT(sgl && sg_nents(sgl) == (int)entries);
    EXPECT(sg_copy_from_buffer(sgl, entries, in, 100000) == 100000);
    EXPECT(sg_pcopy_to_buffer(sgl, entries, out, 60000, 40000) == 60000);
    EXPECT(memcmp(in + 40000, out, 60000) == 0);
    sgl_free(sgl);
    kfree(in);
    kfree(out);
    pr_info("scatterlist: done\n");
}

static int __init structures_init(void)
{
    check_btree();
    check_genalloc();
    check_klist();
    check_percpu();
    check_sbitmap();
    check_bch();
    check_lru_cache();
    check_textsearch();
    check_genradix();
    check_timerqueue();
    check_scatterlist();
    return 0;
}
late_initcall(structures_init);
