// What allocating and freeing costs, in ticks of rdtsc: one file against Linux's API. Under QEMU's
// `-icount shift=0` a tick is an instruction.
//
// It is built three times, unchanged: as a module of Linux, as part of examples/kernel, and over
// the library in a process. Each row prints
//
//     kbench: NAME UNITS TICKS EMPTY
//
// the ticks that UNITS allocations and as many frees took, and those of the same loops around
// nothing. Each is the least of several rounds, so that a round with a timer tick does not count. A
// row that frees lazily ends each round by vm_unmap_aliases(), inside of the measurement.
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static char only[32] = "";
module_param_string(only, only, sizeof(only), 0);
MODULE_PARM_DESC(only, "measure the rows whose name begins so");
static unsigned int rounds = 9;
module_param(rounds, uint, 0);
MODULE_PARM_DESC(rounds, "rounds of each row");
static unsigned int repeat = 0;
module_param(repeat, uint, 0);
MODULE_PARM_DESC(repeat, "run each row so often and print nothing: for counting from outside");

#define SLOTS 512
#define BULK 16

static struct kmem_cache* cache;
static void* slots[SLOTS];

static inline u64 ticks(void) {
    u32 low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
}

// The compiler can neither foresee the pointer nor drop what made it.
#define HIDE(p) asm volatile("" : "+r"(p))

#define PAIR(id, TAKE, GIVE)                                           \
    static void pair_##id(unsigned long count, unsigned long length) { \
        unsigned long i;                                               \
        void* p;                                                       \
                                                                       \
        for (i = 0; i < count * length; i++) {                         \
            p = (void*)(TAKE);                                         \
            HIDE(p);                                                   \
            GIVE;                                                      \
        }                                                              \
    }

#define BURST(id, TAKE, GIVE)                                           \
    static void burst_##id(unsigned long count, unsigned long length) { \
        unsigned long i, j;                                             \
        void* p;                                                        \
                                                                        \
        for (i = 0; i < count; i++) {                                   \
            for (j = 0; j < length; j++) {                              \
                p = (void*)(TAKE);                                      \
                HIDE(p);                                                \
                slots[j] = p;                                           \
            }                                                           \
            for (j = 0; j < length; j++) {                              \
                p = slots[j];                                           \
                HIDE(p);                                                \
                GIVE;                                                   \
            }                                                           \
        }                                                               \
    }

#define BOTH(id, TAKE, GIVE) PAIR(id, TAKE, GIVE) BURST(id, TAKE, GIVE)

BOTH(nothing, slots, (void)p)
BOTH(kmalloc_8, kmalloc(8, GFP_KERNEL), kfree(p))
BOTH(kmalloc_16, kmalloc(16, GFP_KERNEL), kfree(p))
BOTH(kmalloc_32, kmalloc(32, GFP_KERNEL), kfree(p))
BOTH(kmalloc_64, kmalloc(64, GFP_KERNEL), kfree(p))
BOTH(kmalloc_96, kmalloc(96, GFP_KERNEL), kfree(p))
BOTH(kmalloc_128, kmalloc(128, GFP_KERNEL), kfree(p))
BOTH(kmalloc_192, kmalloc(192, GFP_KERNEL), kfree(p))
BOTH(kmalloc_256, kmalloc(256, GFP_KERNEL), kfree(p))
BOTH(kmalloc_512, kmalloc(512, GFP_KERNEL), kfree(p))
BOTH(kmalloc_1024, kmalloc(1024, GFP_KERNEL), kfree(p))
BOTH(kmalloc_2048, kmalloc(2048, GFP_KERNEL), kfree(p))
BOTH(kmalloc_4096, kmalloc(4096, GFP_KERNEL), kfree(p))
BOTH(kmalloc_8192, kmalloc(8192, GFP_KERNEL), kfree(p))
static unsigned long some_size = 64;
BOTH(kmalloc_var, kmalloc(READ_ONCE(some_size), GFP_KERNEL), kfree(p))
BOTH(cache_64, kmem_cache_alloc(cache, GFP_KERNEL), kmem_cache_free(cache, p))
BOTH(page_0, alloc_pages(GFP_KERNEL, 0), __free_pages(p, 0))
BOTH(page_3, alloc_pages(GFP_KERNEL, 3), __free_pages(p, 3))
BOTH(vmalloc_1, vmalloc(PAGE_SIZE), vfree(p))
BOTH(vmalloc_4, vmalloc(4 * PAGE_SIZE), vfree(p))
BOTH(vmalloc_64, vmalloc(64 * PAGE_SIZE), vfree(p))
BOTH(vmalloc_1024, vmalloc(1024 * PAGE_SIZE), vfree(p))

static void bulk_cache(unsigned long count, unsigned long length) {
    unsigned long i;

    for (i = 0; i < count; i++) {
        if (kmem_cache_alloc_bulk(cache, GFP_KERNEL, length, slots) == 0) return;
        kmem_cache_free_bulk(cache, length, slots);
    }
}

static void bulk_kfree(unsigned long count, unsigned long length) {
    unsigned long i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < length; j++) slots[j] = kmalloc(64, GFP_KERNEL);
        kfree_bulk(length, slots);
    }
}

static void bulk_pages(unsigned long count, unsigned long length) {
    unsigned long i, j;

    for (i = 0; i < count; i++) {
        memset(slots, 0, length * sizeof(slots[0]));
        alloc_pages_bulk_array(GFP_KERNEL, length, (struct page**)slots);
        for (j = 0; j < length; j++) __free_page((struct page*)slots[j]);
    }
}

struct row {
    const char* name;
    void (*run)(unsigned long count, unsigned long length);
    void (*empty)(unsigned long count, unsigned long length);
    unsigned long count;
    unsigned long length;
    bool lazy;
};

#define ROWS(name, id)                                            \
    {name " pair", pair_##id, pair_nothing, 4, SLOTS, false}, {   \
        name " burst", burst_##id, burst_nothing, 4, SLOTS, false \
    }
#define LAZY(name, id, count, length)                                 \
    {name " pair", pair_##id, pair_nothing, count, length, true}, {   \
        name " burst", burst_##id, burst_nothing, count, length, true \
    }

static const struct row rows[] = {
    ROWS("kmalloc 8", kmalloc_8),
    ROWS("kmalloc 16", kmalloc_16),
    ROWS("kmalloc 32", kmalloc_32),
    ROWS("kmalloc 64", kmalloc_64),
    ROWS("kmalloc 96", kmalloc_96),
    ROWS("kmalloc 128", kmalloc_128),
    ROWS("kmalloc 192", kmalloc_192),
    ROWS("kmalloc 256", kmalloc_256),
    ROWS("kmalloc 512", kmalloc_512),
    ROWS("kmalloc 1024", kmalloc_1024),
    ROWS("kmalloc 2048", kmalloc_2048),
    ROWS("kmalloc 4096", kmalloc_4096),
    ROWS("kmalloc 8192", kmalloc_8192),
    ROWS("kmalloc variable", kmalloc_var),
    ROWS("kmem_cache 64", cache_64),
    {"kmem_cache 64 bulk", bulk_cache, NULL, 128, BULK, false},
    {"kfree_bulk 64 bulk", bulk_kfree, NULL, 128, BULK, false},
    ROWS("pages order 0", page_0),
    ROWS("pages order 3", page_3),
    {"pages order 0 bulk", bulk_pages, NULL, 128, BULK, false},
    // Enough in a round for Linux to purge four times on the way.
    LAZY("vmalloc 1", vmalloc_1, 32, 512),
    LAZY("vmalloc 4", vmalloc_4, 24, 256),
    LAZY("vmalloc 64", vmalloc_64, 16, 32),
    LAZY("vmalloc 1024", vmalloc_1024, 8, 4),
};

static u64 once(const struct row* row, void (*run)(unsigned long, unsigned long)) {
    u64 from = ticks();

    run(row->count, row->length);
    if (row->lazy && run == row->run) vm_unmap_aliases();
    return ticks() - from;
}

static void measure(const struct row* row) {
    u64 least = U64_MAX, empty = row->empty ? U64_MAX : 0;
    unsigned int round;

    once(row, row->run);
    for (round = 0; round < rounds; round++) {
        least = min(least, once(row, row->run));
        if (row->empty) empty = min(empty, once(row, row->empty));
    }
    pr_info("kbench: %s %lu %llu %llu\n", row->name, row->count * row->length, least, empty);
}

static int __init kernel_bench(void) {
    unsigned int i, again;

    cache = kmem_cache_create("kbench", 64, 0, 0, NULL);
    if (!cache) return -ENOMEM;
    for (i = 0; i < ARRAY_SIZE(rows); i++) {
        if (strncmp(rows[i].name, only, strlen(only)) != 0) continue;
        if (repeat == 0) measure(&rows[i]);
        for (again = 0; again < repeat; again++) once(&rows[i], rows[i].run);
    }
    kmem_cache_destroy(cache);
    pr_info("kbench: done\n");
    return -EAGAIN;
}

module_init(kernel_bench);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Counts what allocating and freeing costs");
