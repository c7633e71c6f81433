/*
 * Every CPU at once: a task each that allocates, hands objects to the next one to free, maps and
 * unmaps, while the timer interrupts of all CPUs allocate with GFP_ATOMIC in the middle of it. A
 * bounded number of operations; at the end all memory must be back and every invariant hold.
 */
#include "kernel.h"

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>
#include <ashlar/x86_64.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

enum { OPERATIONS = 20000, SLOTS = 128, FROM_INTERRUPT = 256 };
/* Frames that a round may keep more than the one before: the caches' magazines are never given
 * back, and their number is that of the most that were full at one time. */
enum { MAGAZINES = 16 };

struct block {
    struct block* next;
    u32 bytes, seed;
};

static struct {
    spinlock_t lock;
    struct block* list;
} handed[ASHLAR_MAX_CPUS];
static struct block* kept[FROM_INTERRUPT];
static struct block* doomed;
static atomic_t interrupts, refused, broken;
static DECLARE_COMPLETION(ended);

static void fill(struct block* b, u32 bytes, u32 seed) {
    b->bytes = bytes;
    b->seed = seed;
    memset(b + 1, (int)(seed & 0xff), bytes - sizeof(*b));
}
static void check(struct block* b) {
    if (memchr_inv(b + 1, (int)(b->seed & 0xff), b->bytes - sizeof(*b))) atomic_inc(&broken);
}

static void timer_ticks(void* unused) {
    u32 n = (u32)atomic_inc_return(&interrupts);
    struct block *fresh = kmalloc(48 + n % 500, GFP_ATOMIC), *old;
    struct page* page = alloc_page(GFP_ATOMIC);

    (void)unused;
    if (!fresh || !page) atomic_inc(&refused);
    if (fresh) fill(fresh, 48 + n % 500, n);
    old = xchg(&kept[n % FROM_INTERRUPT], fresh);
    if (old) check(old);
    kfree(old);
    if (page) __free_page(page);
    /* An area that a task gave up: freed when a task next comes by. */
    vfree(xchg(&doomed, NULL));
}

static void drop(struct block* b) {
    check(b);
    kvfree(b);
}

static void take_handed(unsigned int me) {
    struct block* list;

    spin_lock(&handed[me].lock);
    list = handed[me].list;
    handed[me].list = NULL;
    spin_unlock(&handed[me].lock);
    while (list) {
        struct block* next = list->next;
        drop(list);
        list = next;
    }
}

static int churn(void* argument) {
    unsigned int me = (unsigned int)(unsigned long)argument, next = (me + 1) % num_online_cpus();
    // NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers
    struct block** slots = kcalloc(SLOTS, sizeof(*slots), GFP_KERNEL);
    struct rnd_state random;

    prandom_seed_state(&random, 77 + me);
    for (int i = 0; slots && i < OPERATIONS; i++) {
        u32 r = prandom_u32_state(&random), kind = (r >> 16) % 64, bytes;
        struct block **slot = &slots[r % SLOTS], *b = *slot;

        *slot = NULL;
        if (b && (r & 0x8000)) {
            check(b);
            spin_lock(&handed[next].lock);
            b->next = handed[next].list;
            handed[next].list = b;
            spin_unlock(&handed[next].lock);
        } else if (b) {
            drop(b);
        } else {
            bytes = sizeof(*b) + prandom_u32_state(&random) % (kind < 52   ? 400
                                                               : kind < 60 ? 6000
                                                                           : 40000);
            *slot = kind >= 58 ? vmalloc(bytes) : kvmalloc(bytes, GFP_KERNEL);
            if (*slot) fill(*slot, bytes, r);
        }
        if (i % 128 == 0) take_handed(me);
        /* Unmaps and flushes on all CPUs while they use other areas. */
        if (i % 256 == 0) {
            b = vmalloc(3 * PAGE_SIZE);
            if (b) fill(b, 3 * PAGE_SIZE, r);
            b = xchg(&doomed, b);
            if (b) drop(b);
            vm_unmap_aliases();
        }
    }
    for (int i = 0; slots && i < SLOTS; i++)
        if (slots[i]) drop(slots[i]);
    kfree(slots);
    complete(&ended);
    return 0;
}

static void round_of_stress(void) {
    ashlar_x86_on_timer(timer_ticks, NULL);
    for (unsigned long i = 0; i < num_online_cpus(); i++)
        if (IS_ERR(kthread_run(churn, (void*)i, "churn/%lu", i))) atomic_inc(&broken);
    for (unsigned int i = 0; i < num_online_cpus(); i++) wait_for_completion(&ended);
    ashlar_x86_on_timer(NULL, NULL);
    for (unsigned int i = 0; i < num_online_cpus(); i++) take_handed(i);
    vfree(xchg(&doomed, NULL));
    for (int i = 0; i < FROM_INTERRUPT; i++) {
        if (kept[i]) drop(kept[i]);
        kept[i] = NULL;
    }
    ashlar_drain();
}

int run_stress(void) {
    struct ashlar_x86_counts counts;
    size_t live, free;
    int before;

    for (unsigned int i = 0; i < num_online_cpus(); i++) spin_lock_init(&handed[i].lock);
    /* The first round makes what stays: tasks, magazines, directories of page tables. */
    round_of_stress();
    live = ashlar_live_objects(0);
    free = ashlar_free_frames();
    before = atomic_read(&interrupts);
    round_of_stress();
    ashlar_x86_count(&counts);
    pr_info(
        "stress: %d interrupts allocated, %d were refused; %llu interrupts were put off, %llu "
        "switches, "
        "%llu shootdowns for %llu ranges\n",
        atomic_read(&interrupts) - before, atomic_read(&refused), counts.deferred_interrupts,
        counts.switches, counts.shootdowns, counts.shot_ranges);
    pr_info("stress: objects and areas %zu -> %zu, free frames %zu -> %zu\n", live,
            ashlar_live_objects(0), free, ashlar_free_frames());
    return atomic_read(&broken) || atomic_read(&interrupts) == before ||
           ashlar_live_objects(0) != live || ashlar_free_frames() + MAGAZINES < free ||
           !ashlar_check_invariants();
}
