/* Threads as CPUs and signals as interrupts: everything at once, more threads than CPUs. */
#include "check.h"

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

enum { THREADS = 5, OPERATIONS = 60000, SLOTS = 256 };

struct block {
    struct block *next;
    u32 size, seed;
};
/* Blocks that one thread allocates and another frees. */
static struct block *handed[THREADS];
static DEFINE_SPINLOCK(handed_lock);
static DECLARE_COMPLETION(finished);
static atomic_t in_irq = ATOMIC_INIT(0);
static struct kmem_cache *cache;

static void fill(struct block *b, u32 size, u32 seed)
{
    b->size = size;
    b->seed = seed;
    memset(b + 1, (int)(seed & 0xff), size - sizeof(*b));
}
static void verify(struct block *b) { CHECK(memchr_inv(b + 1, (int)(b->seed & 0xff), b->size - sizeof(*b)) == NULL); }

/* In the middle of whatever the CPU was doing. */
static void tick(void *unused)
{
    static struct block *kept[64];
    static DEFINE_SPINLOCK(kept_lock);
    int n = atomic_inc_return(&in_irq) % 64;
    struct block *fresh = kmalloc(64, GFP_ATOMIC), *old;
    struct page *page = alloc_page(GFP_ATOMIC);

    (void)unused;
    if (fresh) fill(fresh, 64, (u32)n);
    spin_lock(&kept_lock);
    old = kept[n];
    kept[n] = fresh;
    spin_unlock(&kept_lock);
    if (old) verify(old);
    kfree(old);
    if (page) __free_page(page);
}

static int churn(void *argument)
{
    long me = (long)argument;
    struct rnd_state random;
    static struct block *slots[THREADS][SLOTS];

    prandom_seed_state(&random, 1234 + (u64)me);
    for (int i = 0; i < OPERATIONS; i++) {
        u32 r = prandom_u32_state(&random);
        struct block **slot = &slots[me][r % SLOTS];
        if (*slot) {
            struct block *b = *slot;
            *slot = NULL;
            verify(b);
            if (r & 0x10000) {
                /* Somebody else's job. */
                spin_lock(&handed_lock);
                b->next = handed[(me + 1) % THREADS];
                handed[(me + 1) % THREADS] = b;
                spin_unlock(&handed_lock);
            } else {
                kvfree(b);
            }
        } else {
            u32 kind = (r >> 20) % 32;
            u32 size = sizeof(struct block) + prandom_u32_state(&random) % (kind < 24 ? 300 : kind < 30 ? 6000 : 60000);
            *slot = kind == 31 ? vmalloc(size) : kvmalloc(size, GFP_KERNEL);
            if (*slot) fill(*slot, size, r);
        }
        if (i % 64 == 0) {
            struct block *list;
            void *objects[16];
            spin_lock(&handed_lock);
            list = handed[me];
            handed[me] = NULL;
            spin_unlock(&handed_lock);
            while (list) {
                struct block *next = list->next;
                verify(list);
                kvfree(list);
                list = next;
            }
            if (kmem_cache_alloc_bulk(cache, GFP_KERNEL, 16, objects)) kmem_cache_free_bulk(cache, 16, objects);
        }
    }
    for (int i = 0; i < SLOTS; i++) {
        if (slots[me][i]) verify(slots[me][i]);
        kvfree(slots[me][i]);
        slots[me][i] = NULL;
    }
    complete(&finished);
    return 0;
}

/* Fault injection goes on and off under everybody's hands; every sum is right at any time. */
static int inject(void *unused)
{
    (void)unused;
    for (unsigned round = 0; !kthread_should_stop(); round++) {
        if (round % 4 == 0) CHECK(ashlar_check_invariants());
        CHECK(ashlar_inject("failslab", 3, 50, -1, NULL, NULL) == 0);
        udelay(1);
        CHECK(ashlar_inject("failslab", 0, 0, 0, NULL, NULL) == 0);
    }
    return 0;
}

int main(void)
{
    struct task_struct *injector;
    size_t free_before, live_before;

    ashlar_machine_start("size=256M,cpus=3");
    cache = kmem_cache_create("stress", 72, 0, 0, NULL);
    for (int i = 0; i < 2000; i++) tick(NULL);
    ashlar_drain();
    live_before = ashlar_live_objects(0);
    free_before = ashlar_free_frames();
    CHECK(ashlar_tick(500, tick, NULL) == 0);
    for (long i = 0; i < THREADS; i++) CHECK(!IS_ERR(kthread_run(churn, (void *)i, "churn-%ld", i)));
    injector = kthread_run(inject, NULL, "inject");
    CHECK(!IS_ERR(injector));
    for (int i = 0; i < THREADS; i++) wait_for_completion(&finished);
    CHECK(kthread_stop(injector) == 0);
    ashlar_tick(0, NULL, NULL);
    for (int i = 0; i < THREADS; i++) {
        while (handed[i]) {
            struct block *next = handed[i]->next;
            kvfree(handed[i]);
            handed[i] = next;
        }
    }
    msleep(20);
    ashlar_drain();
    CHECK(atomic_read(&in_irq) > 2100);
    CHECK(ashlar_check_invariants());
    CHECK(ashlar_live_objects(0) <= live_before + 8);
    CHECK(free_before - ashlar_free_frames() + 256 < 512);
    pr_info("%d interrupts, %zu live before, %zu after, %zu frames fewer\n", atomic_read(&in_irq), live_before,
            ashlar_live_objects(0), free_before - ashlar_free_frames());
    return check_result("stress");
}
