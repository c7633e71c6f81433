/* What callers rely on without seeing it: what shrinkers may do, requests that never fail, pools that
 * block, memory that waits for readers, failures for some call sites only, vfree from interrupts. */
#include "check.h"

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

/* ---- memory is used up ----------------------------------------------------------------------- */

static LIST_HEAD(held);
static void use_up(void)
{
    unsigned int scope = memalloc_noreclaim_save();
    struct page *page;

    ashlar_drain();
    while ((page = alloc_page(GFP_NOWAIT | __GFP_NOWARN))) list_add_tail(&page->lru, &held);
    memalloc_noreclaim_restore(scope);
    CHECK(ashlar_free_frames() == 0);
}
static void give_up(int count)
{
    while (count-- && !list_empty(&held)) {
        struct page *page = list_first_entry(&held, struct page, lru);
        list_del(&page->lru);
        __free_page(page);
    }
}

/* ---- what a shrinker is told ----------------------------------------------------------------- */

static unsigned int asked;
static gfp_t seen_all, seen_any;
static unsigned long count_objects(struct shrinker *shrinker, struct shrink_control *control)
{
    (void)shrinker;
    asked++;
    seen_all &= control->gfp_mask;
    seen_any |= control->gfp_mask;
    return 100;
}
static unsigned long scan_objects(struct shrinker *shrinker, struct shrink_control *control)
{
    (void)shrinker;
    seen_all &= control->gfp_mask;
    seen_any |= control->gfp_mask;
    return SHRINK_STOP;
}

/* Every way to ask for memory, until each has asked the shrinker. */
static void ask_in_every_way(const char *scope, gfp_t always, gfp_t never)
{
    const gfp_t flags = GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY;
    struct kmem_cache *cache = kmem_cache_create("semantics", 512, 0, 0, NULL);
    void *kept[64];

    for (int way = 0; way < 6; way++) {
        int count = 0;
        asked = 0;
        seen_all = ~(gfp_t)0;
        seen_any = 0;
        while (!asked && count < 64) {
            void *got = way == 0   ? alloc_page(flags)
                        : way == 1 ? kmalloc(64, flags)
                        : way == 2 ? kmem_cache_alloc(cache, flags)
                        : way == 3 ? kmalloc(64 * 1024, flags)
                        : way == 4 ? __vmalloc(40 * PAGE_SIZE, flags)
                                   : kvmalloc(300 * 1024, flags & ~__GFP_NORETRY);
            if (way == 0 && got) {
                list_add_tail(&((struct page *)got)->lru, &held);
                continue;
            }
            if (got) kept[count++] = got;
        }
        if (!asked || (seen_all & always) != always || (seen_any & never))
            pr_err("  %s, way %d: asked %u, flags %#x to %#x\n", scope, way, asked, seen_all, seen_any);
        CHECK(asked && (seen_all & always) == always && !(seen_any & never));
        while (count) way == 2 ? kmem_cache_free(cache, kept[--count]) : kvfree(kept[--count]);
        kmem_cache_shrink(cache);
        give_up(0);
        use_up();
    }
    kmem_cache_destroy(cache);
}

static void scopes(void)
{
    struct shrinker shrinker = {.count_objects = count_objects, .scan_objects = scan_objects};
    unsigned int outer, inner;

    register_shrinker(&shrinker, "semantics");
    use_up();
    ask_in_every_way("no scope", __GFP_FS | __GFP_IO, 0);
    outer = memalloc_nofs_save();
    ask_in_every_way("nofs", __GFP_IO, __GFP_FS);
    inner = memalloc_noio_save();
    ask_in_every_way("noio in nofs", 0, __GFP_FS | __GFP_IO);
    memalloc_noio_restore(inner);
    ask_in_every_way("nofs again", __GFP_IO, __GFP_FS);
    memalloc_nofs_restore(outer);
    ask_in_every_way("no scope again", __GFP_FS | __GFP_IO, 0);
    give_up(INT_MAX);
    unregister_shrinker(&shrinker);
}

/* ---- requests that wait ---------------------------------------------------------------------- */

struct waiter {
    void *(*ask)(void);
    void (*free)(const void *memory);
    void *got;
    struct completion go, done;
};
static int wait_for_memory(void *argument)
{
    struct waiter *waiter = argument;

    wait_for_completion(&waiter->go);
    WRITE_ONCE(waiter->got, waiter->ask());
    complete(&waiter->done);
    return 0;
}
/* Before memory is short, for a thread needs some. */
static bool start(struct waiter *waiter)
{
    init_completion(&waiter->go);
    init_completion(&waiter->done);
    return !IS_ERR(kthread_run(wait_for_memory, waiter, "waiter"));
}

static void free_one_page(const void *page) { __free_page((struct page *)page); }
static void *ask_page(void) { return alloc_page(GFP_KERNEL | __GFP_NOFAIL); }
static void *ask_order(void) { return kmalloc(16 * 1024, GFP_KERNEL | __GFP_NOFAIL); }
static void *ask_quietly(void) { return alloc_page(GFP_NOFS | __GFP_NOFAIL | __GFP_NOWARN | __GFP_NORETRY); }
static void *ask_area(void) { return __vmalloc(20 * PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL); }
static void *ask_either(void) { return kvmalloc(200 * 1024, GFP_KERNEL | __GFP_NOFAIL); }

static void never_fails(void)
{
    struct waiter waiters[] = {{.ask = ask_page, .free = free_one_page},
                               {.ask = ask_order, .free = kfree},
                               {.ask = ask_quietly, .free = free_one_page},
                               {.ask = ask_area, .free = vfree},
                               {.ask = ask_either, .free = kvfree}};

    for (unsigned int i = 0; i < ARRAY_SIZE(waiters); i++) CHECK(start(&waiters[i]));
    use_up();
    for (unsigned int i = 0; i < ARRAY_SIZE(waiters); i++) complete(&waiters[i].go);
    msleep(100);
    for (unsigned int i = 0; i < ARRAY_SIZE(waiters); i++) CHECK(!completion_done(&waiters[i].done));
    give_up(2000);
    for (unsigned int i = 0; i < ARRAY_SIZE(waiters); i++) {
        CHECK(wait_for_completion_timeout(&waiters[i].done, 10 * HZ) > 0);
        CHECK(waiters[i].got != NULL);
        if (waiters[i].got) waiters[i].free(waiters[i].got);
    }
    give_up(INT_MAX);

    /* Nor because a test wants failures. */
    ashlar_inject("failslab", 1, 100, -1, NULL, NULL);
    ashlar_inject("fail_page_alloc", 1, 100, -1, NULL, NULL);
    CHECK(kmalloc(100, GFP_KERNEL) == NULL && alloc_page(GFP_KERNEL | __GFP_NOWARN) == NULL);
    for (unsigned int i = 0; i < ARRAY_SIZE(waiters); i++) {
        void *got = waiters[i].ask();
        CHECK(got != NULL);
        waiters[i].free(got);
    }
    ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    ashlar_inject("fail_page_alloc", 0, 0, 0, NULL, NULL);
}

static mempool_t *pool;
static void *ask_pool(void) { return mempool_alloc(pool, GFP_KERNEL); }
static void pools_block(void)
{
    struct waiter waiter = {.ask = ask_pool};
    void *elements[2];

    CHECK(start(&waiter));
    pool = mempool_create_kmalloc_pool(2, 512);
    ashlar_inject("failslab", 1, 100, -1, NULL, NULL);
    for (int i = 0; i < 2; i++) elements[i] = mempool_alloc(pool, GFP_KERNEL);
    CHECK(elements[0] && elements[1]);
    CHECK(mempool_alloc(pool, GFP_NOWAIT) == NULL);
    complete(&waiter.go);
    msleep(50);
    CHECK(!completion_done(&waiter.done));
    mempool_free(elements[1], pool);
    /* Woken by the element, not by the five seconds after which the pool looks again. */
    CHECK(wait_for_completion_timeout(&waiter.done, 2 * HZ) > 0);
    CHECK(waiter.got == elements[1]);
    ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    mempool_free(waiter.got, pool);
    mempool_free(elements[0], pool);
    mempool_destroy(pool);
}

/* ---- memory that waits for readers ----------------------------------------------------------- */

enum { READ_OBJECTS = 500 };
static struct kmem_cache *typesafe;
static unsigned long *read_objects[READ_OBJECTS];
static int reading, freed_all;
static int free_them(void *unused)
{
    (void)unused;
    while (!READ_ONCE(reading)) msleep(1);
    for (int i = 0; i < READ_OBJECTS; i++) kmem_cache_free(typesafe, read_objects[i]);
    kmem_cache_shrink(typesafe);
    WRITE_ONCE(freed_all, 1);
    return 0;
}
static int kept_frames(void)
{
    static struct ashlar_frame *frames;
    static size_t count;
    int kept = 0;

    if (!frames) {
        count = ashlar_frames(NULL, 0);
        frames = (void *)__get_free_pages(GFP_KERNEL, get_order(count * sizeof(*frames)));
    }
    ashlar_frames(frames, count);
    for (int i = 0; i < READ_OBJECTS; i++) {
        enum ashlar_frame_use use = frames[virt_to_pfn(read_objects[i])].use;
        kept += use != ASHLAR_FRAME_FREE && use != ASHLAR_FRAME_LISTED;
    }
    return kept;
}
static void readers(void)
{
    struct page *other[64];
    int stolen = 0, changed = 0, count = 0;

    typesafe = kmem_cache_create("typesafe", 1000, 0, SLAB_TYPESAFE_BY_RCU, NULL);
    for (int i = 0; i < READ_OBJECTS; i++) {
        read_objects[i] = kmem_cache_alloc(typesafe, GFP_KERNEL);
        read_objects[i][60] = 0x5afe0000UL + (unsigned long)i;
    }
    CHECK(kept_frames() == READ_OBJECTS);
    CHECK(!IS_ERR(kthread_run(free_them, NULL, "free")));
    rcu_read_lock();
    WRITE_ONCE(reading, 1);
    while (!READ_ONCE(freed_all)) cpu_relax();
    /* All are free, and their frames are nobody else's: what a reader finds is as it was. */
    while (count < 64 && (other[count] = alloc_page(GFP_NOWAIT))) {
        memset(page_address(other[count]), 0xee, PAGE_SIZE);
        count++;
    }
    for (int i = 0; i < READ_OBJECTS; i++) {
        changed += read_objects[i][60] != 0x5afe0000UL + (unsigned long)i;
        for (int j = 0; j < count; j++) stolen += virt_to_page(read_objects[i]) == other[j];
    }
    CHECK(count == 64 && !stolen && !changed);
    CHECK(kept_frames() == READ_OBJECTS);
    rcu_read_unlock();
    rcu_barrier();
    drain_all_pages(NULL);
    CHECK(kept_frames() < READ_OBJECTS / 10);
    while (count) __free_page(other[--count]);
    kmem_cache_destroy(typesafe);
}

/* ---- failures for some call sites ------------------------------------------------------------ */

#define INSIDE __attribute__((__noinline__, __section__("inside_text")))
extern const char __start_inside_text[], __stop_inside_text[];
static struct kmem_cache *injected;
static void *volatile result; /* so that no call is the last thing a function does */

#define CALLS(place, attributes)                                                                            \
    attributes static void *place##_kmalloc(void) { return result = kmalloc(200, GFP_KERNEL); }             \
    attributes static void *place##_kzalloc(void) { return result = kzalloc(200, GFP_KERNEL); }             \
    attributes static void *place##_array(void) { return result = kcalloc(3, 100, GFP_KERNEL); }            \
    attributes static void *place##_krealloc(void) { return result = krealloc(NULL, 9, GFP_KERNEL); }       \
    attributes static void *place##_kstrdup(void) { return result = kstrdup("text", GFP_KERNEL); }          \
    attributes static void *place##_kmemdup(void) { return result = kmemdup("text", 4, GFP_KERNEL); }       \
    attributes static void *place##_print(void) { return result = kasprintf(GFP_KERNEL, "%d", 4); }         \
    attributes static void *place##_cache(void) { return result = kmem_cache_alloc(injected, GFP_KERNEL); } \
    attributes static void *place##_zeroed(void) { return result = kmem_cache_zalloc(injected, GFP_KERNEL); }
CALLS(inside, INSIDE)
CALLS(outside, noinline)
INSIDE static struct page *inside_page(void) { return result = alloc_page(GFP_KERNEL | __GFP_NOWARN); }
noinline static struct page *outside_page(void) { return result = alloc_page(GFP_KERNEL | __GFP_NOWARN); }
INSIDE static void *inside_address(void) { return result = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN); }
INSIDE static void *inside_large(void) { return result = kmalloc(40000, GFP_KERNEL | __GFP_NOWARN); }
noinline static void *outside_large(void) { return result = kmalloc(40000, GFP_KERNEL | __GFP_NOWARN); }

static void call_sites(void)
{
    static const struct {
        const char *name;
        void *(*inside)(void), *(*outside)(void);
    } calls[] = {
#define CALL_SITE(name) {#name, inside_##name, outside_##name}
        CALL_SITE(kmalloc), CALL_SITE(kzalloc), CALL_SITE(array), CALL_SITE(krealloc), CALL_SITE(kstrdup),
        CALL_SITE(kmemdup), CALL_SITE(print),   CALL_SITE(cache), CALL_SITE(zeroed)};

    injected = kmem_cache_create("injected", 200, 0, 0, NULL);
    ashlar_inject("failslab", 1, 100, -1, __start_inside_text, __stop_inside_text);
    for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
        void *in = calls[i].inside(), *out = calls[i].outside();
        if (in || !out) pr_err("  failslab: %s\n", calls[i].name);
        CHECK(!in && out);
        if (strcmp(calls[i].name, "cache") && strcmp(calls[i].name, "zeroed"))
            kfree(out);
        else
            kmem_cache_free(injected, out);
    }
    ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    ashlar_inject("fail_page_alloc", 1, 100, -1, __start_inside_text, __stop_inside_text);
    {
        struct page *out = outside_page();
        void *large = outside_large();
        CHECK(out && !inside_page() && !inside_address());
        CHECK(large && !inside_large());
        __free_page(out);
        kfree(large);
    }
    ashlar_inject("fail_page_alloc", 0, 0, 0, NULL, NULL);
    kmem_cache_destroy(injected);
}

/* ---- what interrupts leave for later --------------------------------------------------------- */

static void *area;
static void free_area(void *unused)
{
    (void)unused;
    vfree(area);
}
static int worked;
static void work_later(struct work_struct *work)
{
    (void)work;
    WRITE_ONCE(worked, 1);
}
static DECLARE_WORK(work, work_later);
static void queue_it(void *unused)
{
    (void)unused;
    schedule_work(&work);
}
static struct rcu_head head;
static int called;
static void call_later(struct rcu_head *unused)
{
    (void)unused;
    WRITE_ONCE(called, 1);
}
static void call_it(void *unused)
{
    (void)unused;
    call_rcu(&head, call_later);
}
/* Nobody else calls anything meanwhile. */
static void later(void)
{
    area = vmalloc(3 * PAGE_SIZE);
    ashlar_run_as_interrupt(free_area, NULL);
    for (int i = 0; i < 1000 && find_vm_area(area); i++) msleep(1);
    CHECK(!find_vm_area(area));
    ashlar_run_as_interrupt(queue_it, NULL);
    for (int i = 0; i < 1000 && !READ_ONCE(worked); i++) msleep(1);
    CHECK(worked);
    ashlar_run_as_interrupt(call_it, NULL);
    for (int i = 0; i < 1000 && !READ_ONCE(called); i++) msleep(1);
    CHECK(called);
}

/* A list may be looked at without its lock, to be looked at again under it: its head is never taken for
 * an entry, although the last entry goes in the middle of the look. */
static struct queued {
    long before; /* the entry is not where its structure begins */
    struct list_head entry;
} only;
static LIST_HEAD(queue);
static int adds_and_removes(void *unused)
{
    (void)unused;
    while (!kthread_should_stop()) {
        list_add(&only.entry, &queue);
        list_del_init(&only.entry);
    }
    return 0;
}
static void first_without_lock(void)
{
    struct task_struct *task;
    unsigned long end = jiffies + msecs_to_jiffies(100);
    int strange = 0, looks = 0;

    INIT_LIST_HEAD(&only.entry);
    (void)list_first_entry_or_null((looks++, &queue), struct queued, entry);
    CHECK(looks == 1);
    task = kthread_run(adds_and_removes, NULL, "queue");
    for (int i = 0; i % 1024 || time_before(jiffies, end); i++) {
        struct queued *first = list_first_entry_or_null(&queue, struct queued, entry);

        strange += first && first != &only;
    }
    CHECK(strange == 0);
    kthread_stop(task);
}

int main(void)
{
    size_t live, free_before;

    CHECK(ashlar_machine_start("size=64M,cpus=2") == 0);
    later(); /* the first, or another would have started the threads */
    readers();
    ashlar_drain();
    live = ashlar_live_objects(0);
    free_before = ashlar_free_frames();
    scopes();
    first_without_lock();
    never_fails();
    pools_block();
    call_sites();
    ashlar_drain();
    CHECK(ashlar_live_objects(1) == live);
    CHECK(free_before - ashlar_free_frames() < 64);
    CHECK(ashlar_check_invariants());
    CHECK(ashlar_warn_count() == 0);
    return check_result("semantics");
}
