/* Drives the allocators that pack small objects into pages of their own, mm/zsmalloc.c, mm/z3fold.c and
 * mm/zbud.c behind mm/zpool.c, and mm/dmapool.c: filled, mapped, freed in random order, compacted,
 * evicted, shrunk, refused memory; every byte is verified and every page comes back. */
#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dmapool.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/zpool.h>
#include <linux/zsmalloc.h>

#include "squeeze.h"

enum { OBJECTS = 3000, THREADS = 3, LARGEST = 2800, EVICTED_PAGES = 8 };

struct object {
    unsigned long handle; /* 0: none */
    u32 size, seed;
};
static int wrong;
#define CHECK(condition)                                           \
    do {                                                           \
        if (!(condition)) {                                        \
            pr_err("line %d: failed: %s\n", __LINE__, #condition); \
            __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);       \
        }                                                          \
    } while (0)

static struct rnd_state dice;

/* The seed is in the first bytes, and decides the rest; in a pool it tells the place in `objects`. */
static void write_object(void *to, const struct object *o)
{
    memset(to, (int)(o->seed & 0xff), o->size);
    memcpy(to, &o->seed, sizeof(o->seed));
}
static bool is_object(const void *from, const struct object *o)
{
    return !memcmp(from, &o->seed, sizeof(o->seed)) &&
           !memchr_inv((const char *)from + sizeof(o->seed), (int)(o->seed & 0xff), o->size - sizeof(o->seed));
}

/* ---- one interface, three allocators --------------------------------------------------------- */

static struct object *objects;
static unsigned int evicted;
static u32 random_size(void) { return (u32)sizeof(u32) + prandom_u32_state(&dice) % (LARGEST - (u32)sizeof(u32)); }

static int put_in(struct zpool *pool, struct object *o)
{
    u32 size = random_size(), seed = prandom_u32_state(&dice) % (U32_MAX / OBJECTS) * OBJECTS + (u32)(o - objects);
    int error = zpool_malloc(pool, size, GFP_KERNEL | __GFP_NOWARN, &o->handle);

    if (error) {
        o->handle = 0;
        return error;
    }
    o->size = size;
    o->seed = seed;
    write_object(zpool_map_handle(pool, o->handle, ZPOOL_MM_WO), o);
    zpool_unmap_handle(pool, o->handle);
    return 0;
}
static void verify(struct zpool *pool, const struct object *o)
{
    CHECK(is_object(zpool_map_handle(pool, o->handle, ZPOOL_MM_RO), o));
    zpool_unmap_handle(pool, o->handle);
}
static void take_out(struct zpool *pool, struct object *o)
{
    if (!o->handle) return;
    verify(pool, o);
    zpool_free(pool, o->handle);
    o->handle = 0;
}
static int evict(struct zpool *pool, unsigned long handle)
{
    u32 seed;

    /* z3fold asks by a handle of its own, so who it is has to be in the object, as in zswap. */
    memcpy(&seed, zpool_map_handle(pool, handle, ZPOOL_MM_RO), sizeof(seed));
    zpool_unmap_handle(pool, handle);
    CHECK(objects[seed % OBJECTS].handle && objects[seed % OBJECTS].seed == seed);
    take_out(pool, &objects[seed % OBJECTS]);
    evicted++;
    return 0;
}
static const struct zpool_ops ops = {.evict = evict};

static unsigned long bytes_in(void)
{
    unsigned long bytes = 0;

    for (int i = 0; i < OBJECTS; i++)
        if (objects[i].handle) bytes += objects[i].size;
    return bytes;
}

/* z3fold gives pages back by a work. */
static void expect_empty(struct zpool *pool)
{
    for (int i = 0; i < 1000 && zpool_get_total_size(pool); i++) msleep(1);
    CHECK(zpool_get_total_size(pool) == 0);
}

static void random_turns(struct zpool *pool, int turns, bool may_fail)
{
    int failed = 0;

    for (int i = 0; i < turns; i++) {
        struct object *o = &objects[prandom_u32_state(&dice) % OBJECTS];

        if (o->handle)
            take_out(pool, o);
        else if (put_in(pool, o))
            failed++;
        if (i % 512 == 0) CHECK(zpool_get_total_size(pool) >= bytes_in());
    }
    CHECK(may_fail ? failed > 0 : failed == 0);
}

static void evict_some(struct zpool *pool)
{
    u64 before = zpool_get_total_size(pool);
    unsigned int reclaimed = 0;

    evicted = 0;
    CHECK(zpool_shrink(pool, EVICTED_PAGES, &reclaimed) == 0);
    CHECK(reclaimed == EVICTED_PAGES && evicted > 0);
    CHECK(zpool_get_total_size(pool) <= before - EVICTED_PAGES * PAGE_SIZE);
}

static void with_pool(const char *type)
{
    struct zpool *pool = zpool_create_pool(type, "packed", GFP_KERNEL, &ops);
    struct object large = {};

    CHECK(pool && !strcmp(zpool_get_type(pool), type));
    if (!pool) return;
    CHECK(zpool_get_total_size(pool) == 0);
    CHECK(zpool_malloc(pool, 2 * PAGE_SIZE, GFP_KERNEL, &large.handle) == -ENOSPC ||
          large.handle == (unsigned long)-EINVAL);
    for (int i = 0; i < OBJECTS; i++) CHECK(put_in(pool, &objects[i]) == 0);
    /* They are packed: there are fewer pages than objects. */
    CHECK(zpool_get_total_size(pool) >= bytes_in() && zpool_get_total_size(pool) < OBJECTS * PAGE_SIZE);
    /* Before anything is freed: when 6.1's z3fold evicts a page that is still to be compacted, it writes
     * behind its lists, for a page of 62 free chunks out of 62. */
    if (zpool_evictable(pool)) evict_some(pool);
    random_turns(pool, 4 * OBJECTS, false);
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i].handle) verify(pool, &objects[i]);
    /* Refused pages, then refused objects, while it is filled: nothing is lost or half made. */
    ashlar_inject("fail_page_alloc", 3, 100, -1, NULL, NULL);
    random_turns(pool, 2 * OBJECTS, true);
    ashlar_inject("fail_page_alloc", 0, 0, 0, NULL, NULL);
    if (strcmp(type, "zbud")) { /* it has nothing but pages */
        ashlar_inject("failslab", 5, 100, -1, NULL, NULL);
        random_turns(pool, 2 * OBJECTS, true);
        ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    }
    for (int i = 0; i < OBJECTS; i++) take_out(pool, &objects[i]);
    expect_empty(pool);
    zpool_destroy_pool(pool);
}

/* ---- zsmalloc's own -------------------------------------------------------------------------- */

static void zs_put_in(struct zs_pool *pool, struct object *o, u32 size, u32 seed)
{
    o->handle = zs_malloc(pool, size, GFP_KERNEL);
    CHECK(!IS_ERR_VALUE(o->handle));
    o->size = size;
    o->seed = seed;
    write_object(zs_map_object(pool, o->handle, ZS_MM_WO), o);
    zs_unmap_object(pool, o->handle);
}
static void zs_verify(struct zs_pool *pool, const struct object *o)
{
    CHECK(is_object(zs_map_object(pool, o->handle, ZS_MM_RO), o));
    zs_unmap_object(pool, o->handle);
}
static void zs_take_out(struct zs_pool *pool, struct object *o)
{
    if (!o->handle) return;
    zs_verify(pool, o);
    zs_free(pool, o->handle);
    o->handle = 0;
}
/* Leaves one of four, so that pages are neither full nor empty. */
static void thin_out(struct zs_pool *pool)
{
    for (int i = 0; i < OBJECTS; i++) {
        if (!objects[i].handle) zs_put_in(pool, &objects[i], 32 + (u32)i % 600, (u32)i);
    }
    for (int i = 0; i < OBJECTS; i++)
        if (prandom_u32_state(&dice) % 4) zs_take_out(pool, &objects[i]);
}

static void compaction(void)
{
    struct zs_pool *pool = zs_create_pool("compacted");
    unsigned long before, freed;
    struct zs_pool_stats stats;

    CHECK(pool);
    if (!pool) return;
    thin_out(pool);
    before = zs_get_total_pages(pool);
    CHECK(global_zone_page_state(NR_ZSPAGES) == before);
    freed = zs_compact(pool);
    CHECK(freed > 0 && zs_get_total_pages(pool) == before - freed);
    CHECK(global_zone_page_state(NR_ZSPAGES) == before - freed);
    zs_pool_stats(pool, &stats);
    CHECK(atomic_long_read(&stats.pages_compacted) == (long)freed);
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i].handle) zs_verify(pool, &objects[i]);
    /* When memory is short it is compacted by its shrinker. */
    thin_out(pool);
    before = zs_get_total_pages(pool);
    squeeze();
    CHECK(zs_get_total_pages(pool) < before);
    for (int i = 0; i < OBJECTS; i++) zs_take_out(pool, &objects[i]);
    CHECK(zs_get_total_pages(pool) == 0 && global_zone_page_state(NR_ZSPAGES) == 0);
    zs_destroy_pool(pool);
}

/* Threads fill and empty a pool that is compacted all the while; an object is written while it is
 * mapped, and its page does not go meanwhile. */
static struct zs_pool *shared;
static DECLARE_COMPLETION(one_is_done);
static u32 running;
static int hammer(void *argument)
{
    struct object *own = kcalloc(200, sizeof(*own), GFP_KERNEL);
    struct rnd_state random;

    prandom_seed_state(&random, (unsigned long)argument);
    for (int i = 0; own && i < 20000; i++) {
        u32 r = prandom_u32_state(&random);
        struct object *o = &own[r % 200];

        if (!o->handle) {
            zs_put_in(shared, o, 16 + (r >> 8) % 3000, r);
        } else if (r & 0x80000000) {
            zs_take_out(shared, o);
        } else {
            void *at = zs_map_object(shared, o->handle, ZS_MM_RW);

            CHECK(is_object(at, o));
            o->seed = r;
            write_object(at, o);
            zs_unmap_object(shared, o->handle);
        }
    }
    for (int i = 0; own && i < 200; i++) zs_take_out(shared, &own[i]);
    kfree(own);
    __atomic_fetch_sub(&running, 1, __ATOMIC_SEQ_CST);
    complete(&one_is_done);
    return 0;
}
static void together(void)
{
    shared = zs_create_pool("shared");
    CHECK(shared);
    if (!shared) return;
    running = THREADS;
    for (unsigned long i = 0; i < THREADS; i++) CHECK(!IS_ERR(kthread_run(hammer, (void *)(i + 1), "hammer/%lu", i)));
    while (READ_ONCE(running)) {
        zs_compact(shared);
        cond_resched();
    }
    for (int i = 0; i < THREADS; i++) wait_for_completion(&one_is_done);
    CHECK(zs_get_total_pages(shared) == 0);
    zs_destroy_pool(shared);
}

/* ---- blocks for devices ---------------------------------------------------------------------- */

static void dma_blocks(void)
{
    enum { BLOCKS = 300 };
    static void *blocks[BLOCKS];
    static dma_addr_t at[BLOCKS];
    struct device *device = root_device_register("pools");
    struct dma_pool *pool = dma_pool_create("blocks", device, 192, 64, 4096);

    CHECK(pool);
    if (!pool) return;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            if (blocks[i]) continue;
            blocks[i] = dma_pool_alloc(pool, GFP_KERNEL, &at[i]);
            CHECK(blocks[i] && at[i] % 64 == 0 && at[i] / 4096 == (at[i] + 191) / 4096);
            memset(blocks[i], i & 0xff, 192);
        }
        for (int i = 0; i < BLOCKS; i++) {
            if (round < 2 && prandom_u32_state(&dice) % 2) continue;
            CHECK(!memchr_inv(blocks[i], i & 0xff, 192));
            dma_pool_free(pool, blocks[i], at[i]);
            blocks[i] = NULL;
        }
    }
    dma_pool_destroy(pool);
    root_device_unregister(device);
}

static void everything(void)
{
    with_pool("zbud");
    with_pool("zsmalloc");
    compaction();
    together();
    dma_blocks();
    vm_unmap_aliases();
    ashlar_drain();
}

static int __init packed_pages_init(void)
{
    size_t free, live;

    prandom_seed_state(&dice, 4711);
    objects = vzalloc(OBJECTS * sizeof(*objects));
    if (!objects) return -ENOMEM;
    CHECK(!zpool_has_pool("none"));
    /* 6.1's z3fold loses the table of handles of a page that got one and then only objects moved from
     * other pages: its cache is destroyed with objects in it, which is told of. So it is in no sum. */
    with_pool("z3fold");
    /* The first round makes what stays. */
    everything();
    free = ashlar_free_frames();
    live = ashlar_live_objects(0);
    everything();
    CHECK(ashlar_live_objects(0) == live);
    CHECK(ashlar_free_frames() + 16 >= free); /* magazines of the caches */
    CHECK(ashlar_check_invariants());
    vfree(objects);
    if (!wrong) pr_info("packed pages: done\n");
    return wrong ? -EINVAL : 0;
}
module_init(packed_pages_init);
