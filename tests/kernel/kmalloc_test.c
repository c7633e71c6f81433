/* kmalloc and caches: sizes, alignment, contiguity, zeroing, bulk, destruction, misuse. */
#include "check.h"

#include <ashlar/machine.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static void sizes(void)
{
    for (size_t size = 1; size <= KMALLOC_MAX_SIZE; size = size < 300 ? size + 1 : size + size / 3) {
        unsigned char *p = kmalloc(size, GFP_KERNEL), *z = kzalloc(size, GFP_KERNEL);

        CHECK(p && z && ksize(p) >= size && ksize(p) == kmalloc_size_roundup(size));
        if (!p || !z) continue;
        CHECK(memchr_inv(z, 0, size) == NULL);
        if ((size & (size - 1)) == 0 && size >= 8) CHECK((unsigned long)p % size == 0);
        CHECK((unsigned long)p % 8 == 0);
        memset(p, 0x5a, ksize(p));
        memset(z, 0xa5, ksize(z));
        CHECK(memchr_inv(p, 0x5a, ksize(p)) == NULL);
        for (size_t at = 0; at < size; at += PAGE_SIZE) CHECK(virt_to_phys(p + at) == virt_to_phys(p) + at);
        kfree(p);
        kfree(z);
    }
    CHECK(kmalloc(0, GFP_KERNEL) == ZERO_SIZE_PTR);
    kfree(ZERO_SIZE_PTR);
    kfree(NULL);
    CHECK(kmalloc_array(1UL << 40, 1UL << 40, GFP_KERNEL) == NULL);
    CHECK_REPORT("the most is", CHECK(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL) == NULL));
    {
        void *dma = kmalloc(100, GFP_KERNEL | GFP_DMA);
        CHECK(dma && virt_to_phys(dma) < 16 << 20);
        kfree(dma);
    }
}

static void growing(void)
{
    char *p = krealloc(NULL, 10, GFP_KERNEL), *copy;

    strcpy(p, "content");
    for (size_t size = 16; size < 100000; size *= 2) p = krealloc(p, size, GFP_KERNEL);
    CHECK(strcmp(p, "content") == 0);
    copy = kstrdup(p, GFP_KERNEL);
    CHECK(strcmp(copy, p) == 0);
    kfree(copy);
    copy = kasprintf(GFP_KERNEL, "%s-%d-%*pbl", p, 42, 8, (unsigned long[]){0xf5});
    CHECK(strcmp(copy, "content-42-0,2,4-7") == 0);
    kfree(copy);
    CHECK(krealloc(p, 0, GFP_KERNEL) == ZERO_SIZE_PTR);
}

static int constructed;
static void construct(void *object)
{
    constructed++;
    *(u32 *)object = 0xabcd1234;
}

static void caches(void)
{
    struct kmem_cache *cache = kmem_cache_create("test-ctor", 40, 0, SLAB_HWCACHE_ALIGN, construct);
    void *objects[300], *odd;
    int before;

    CHECK(kmem_cache_size(cache) == 40);
    for (int i = 0; i < 300; i++) {
        objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
        CHECK(*(u32 *)objects[i] == 0xabcd1234 && (unsigned long)objects[i] % 64 == 0);
    }
    for (int i = 0; i < 300; i++) kmem_cache_free(cache, objects[i]);
    before = constructed;
    /* The constructor runs when memory becomes objects, not with every allocation. */
    odd = kmem_cache_alloc(cache, GFP_KERNEL);
    CHECK(*(u32 *)odd == 0xabcd1234 && constructed == before);
    CHECK_REPORT("Slab cache still has objects", kmem_cache_destroy(cache));
    kmem_cache_free(cache, odd);
    kmem_cache_shrink(cache);
    kmem_cache_destroy(cache);

    cache = kmem_cache_create("test-odd", 100, 4, 0, NULL);
    CHECK(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 300, objects) == 300);
    for (int i = 0; i < 300; i++) memset(objects[i], i, 100);
    for (int i = 0; i < 300; i++) CHECK(memchr_inv(objects[i], i & 0xff, 100) == NULL);
    kmem_cache_free_bulk(cache, 300, objects);
    kmem_cache_destroy(cache);
    CHECK_REPORT("kmem_cache_create", kmem_cache_create("bad", 0, 0, SLAB_PANIC, NULL));
}

static void misuse(void)
{
    struct kmem_cache *a = kmem_cache_create("cache-a", 64, 0, 0, NULL);
    struct kmem_cache *b = kmem_cache_create("cache-b", 64, 0, 0, NULL);
    char *p = kmalloc(64, GFP_KERNEL), *v = vmalloc(PAGE_SIZE), *o = kmem_cache_alloc(a, GFP_KERNEL);
    int on_stack;

    CHECK_REPORT("kfree of a wild pointer", kfree(&on_stack));
    CHECK_REPORT("kfree of a vmalloc address", kfree(v));
    CHECK_REPORT("inside an object", kfree(p + 8));
    CHECK_REPORT("nonexistent vm area", vfree(p - ((unsigned long)p & ~PAGE_MASK)));
    CHECK_REPORT("bad address", vfree(v + 1));
    CHECK_REPORT("Wrong slab cache. cache-b but object", kmem_cache_free(b, o));
    kfree(p);
    CHECK_REPORT("free: ", kfree(p));
    for (int i = 0; i < 100; i++) kfree(kmalloc(64, GFP_KERNEL));
    p = kmalloc(64, GFP_KERNEL);
    o = kmalloc(64, GFP_KERNEL);
    kfree(p);
    kfree(o);
    CHECK_REPORT("free: ", kfree(p));
    vfree(v);
    CHECK_REPORT("nonexistent vm area", vfree(v));
    kmem_cache_destroy(a);
    kmem_cache_destroy(b);
}

static void pools(void)
{
    mempool_t *pool = mempool_create_kmalloc_pool(4, 512);
    void *kept[5] = {NULL};
    int got = 0;

    ashlar_inject("failslab", 1, 100, -1, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        kept[i] = mempool_alloc(pool, GFP_NOWAIT);
        got += kept[i] != NULL;
    }
    ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    CHECK(got == 4);
    for (int i = 0; i < 5; i++) mempool_free(kept[i], pool);
    mempool_destroy(pool);
}

/* With red zones and what debugging notes beside it, which keep the alignment, an object of half a
 * page may need more than a page: slabinfo says how much. */
static bool fits_a_page(size_t size)
{
    static char text[32768];
    char name[32], *line;

    size = kmalloc_size_roundup(size);
    snprintf(name, sizeof(name), size < 1024 ? "\nkmalloc-%zu " : "\nkmalloc-%zuk ", size < 1024 ? size : size / 1024);
    ashlar_slabinfo(text, sizeof(text));
    line = strstr(text, name);
    CHECK(line != NULL);
    for (int column = 0; line && column < 3; column++) {
        line = skip_spaces(line + 1);
        while (*line && *line != ' ') line++;
    }
    return line && simple_strtoul(skip_spaces(line), NULL, 10) <= PAGE_SIZE;
}

/* Single frames are all that is left: kmalloc takes its slabs of them, what needs a run fails, and
 * kvmalloc finds another way. */
static void fragmented(void)
{
    LIST_HEAD(pages);
    struct page *page, *next;
    void *objects[200], *large;
    unsigned int scope;
    int sizes_tried = 0;

    ashlar_drain();
    scope = memalloc_noreclaim_save();
    while ((page = alloc_page(GFP_NOWAIT | __GFP_NOWARN))) list_add_tail(&page->lru, &pages);
    memalloc_noreclaim_restore(scope);
    list_for_each_entry_safe(page, next, &pages, lru)
    {
        if (page_to_pfn(page) % 2) continue;
        list_del(&page->lru);
        __free_page(page);
    }
    drain_all_pages(NULL);
    CHECK(alloc_pages(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, 1) == NULL);
    for (size_t size = 32; size <= PAGE_SIZE && fits_a_page(size); size += size / 2) {
        sizes_tried++;
        for (int i = 0; i < 200; i++) {
            objects[i] = kmalloc(size, GFP_KERNEL);
            CHECK(objects[i] != NULL);
            if (objects[i]) memset(objects[i], i, size);
        }
        for (int i = 0; i < 200; i++) {
            CHECK(objects[i] && memchr_inv(objects[i], i, size) == NULL);
            kfree(objects[i]);
        }
        CHECK(ashlar_check_invariants());
    }
    CHECK(sizes_tried > 6);
    CHECK(kmalloc(8 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY) == NULL);
    large = kvmalloc(8 * PAGE_SIZE, GFP_KERNEL);
    CHECK(large && is_vmalloc_addr(large) && ksize(large) == 0);
    kvfree(large);
    list_for_each_entry_safe(page, next, &pages, lru) __free_page(page);
}

struct later {
    int value;
    struct rcu_head rcu;
};

int main(void)
{
    size_t live = ashlar_live_objects(0), free_before;

    ashlar_drain();
    free_before = ashlar_free_frames();
    sizes();
    growing();
    caches();
    pools();
    fragmented();
    for (int i = 0; i < 100; i++) {
        struct later *one = kmalloc(sizeof(*one), GFP_KERNEL);
        kfree_rcu(one, rcu);
    }
    misuse();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) == live);
    CHECK(ashlar_check_invariants());
    /* Sheaves keep their frames; everything else is back. */
    CHECK(free_before - ashlar_free_frames() < 64);
    return check_result("kmalloc");
}
