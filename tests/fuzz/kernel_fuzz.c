/*
 * kernel_fuzz: frames, kmalloc, caches and vmalloc together, against a model.
 *
 *   kernel_fuzz [--seed N] [--seconds N] [--threads N]
 *
 * Each thread holds a set of items and does random things to it: allocates, frees, resizes, hands
 * items to others, maps frames a second time, takes all memory until the marks, lets allocations
 * fail. Meanwhile a tick interrupts every CPU and does the like from interrupt level. What must
 * hold:
 *
 *   contents    every item carries its tag, through every address that leads to it
 *   places      no frame has two owners; kmalloc and blocks are contiguous by page_to_pfn
 *   gaps        a touch behind a vmalloc area faults
 *   zeroing     what was asked to be zero is
 *   marks       ordinary requests leave the reserve, atomic ones go into it
 *   nothing     is left at the end, and all invariants hold
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

enum { MOST_THREADS = 8, ITEMS = 192, CACHES = 5, MOST_PAGES = 64 };
enum { CONSTRUCTED = 3 };
#define MADE 0xabcd1234u
enum kind { NONE, KMALLOC, KVMALLOC, CACHE, PAGES, EXACT, VMALLOC, VMAP };

struct item {
    enum kind kind;
    unsigned char* p;
    size_t size;         /* that may be used */
    unsigned int detail; /* cache, order */
    u32 tag;
    struct page* pages[MOST_PAGES]; /* of VMAP */
};
struct thread {
    struct item items[ITEMS];
    struct rnd_state random;
    u64 steps;
};

static struct thread threads[MOST_THREADS];
static unsigned int thread_count = 1;
static u64 seed = 1, deadline;
static u32* owners; /* of frames, outside of slabs: 0, or who has it */
static struct kmem_cache* caches[CACHES];
static size_t cache_sizes[CACHES] = {24, 100, 600, 72, 3000};
static struct item handed[64];
static DEFINE_SPINLOCK(handed_lock);
static DECLARE_COMPLETION(finished);
static size_t reserve; /* what ordinary requests leave, in frames */
static u32 ids, interrupts;
static u32 disturbed; /* odd while allocations are made to fail; each time another number */

#define FAIL(...)                                                              \
    do {                                                                       \
        fprintf(stderr, "kernel_fuzz: seed %llu: ", (unsigned long long)seed); \
        fprintf(stderr, __VA_ARGS__);                                          \
        fprintf(stderr, "\n");                                                 \
        abort();                                                               \
    } while (0)

static u64 now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}
static u32 below(struct thread* t, u32 limit) {
    return prandom_u32_state(&t->random) % limit;
}

static void step(struct thread* t);
static void tick(void* unused);

/* ---- contents: every 64 bytes, and the last ---- */
static unsigned char mark(u32 tag, size_t at) {
    return (unsigned char)(tag + at / 64 * 7 + 1);
}
static void fill(struct item* i) {
    for (size_t at = 0; at < i->size; at += 64) i->p[at] = mark(i->tag, at);
    i->p[i->size - 1] = mark(i->tag, i->size - 1);
}
static void verify(const struct item* i, size_t size) {
    for (size_t at = 0; at < size; at += 64)
        if (at != i->size - 1 && i->p[at] != mark(i->tag, at))
            FAIL("%p, kind %d, lost its contents at %zu of %zu", (void*)i->p, i->kind, at, i->size);
    if (size == i->size && i->p[size - 1] != mark(i->tag, size - 1))
        FAIL("%p, kind %d, lost its last byte of %zu", (void*)i->p, i->kind, i->size);
}

/* ---- places ---- */
static bool in_slab(const struct item* i) {
    return i->kind == CACHE || ((i->kind == KMALLOC || i->kind == KVMALLOC) &&
                                !is_vmalloc_addr(i->p) && PageSlab(virt_to_page(i->p)));
}
static unsigned long frame_at(const unsigned char* p) {
    return is_vmalloc_addr(p) ? vmalloc_to_pfn(p) : page_to_pfn(virt_to_page(p));
}
static void own(struct item* i, u32 who) {
    bool slab = in_slab(i), contiguous = !is_vmalloc_addr(i->p);
    unsigned long first = frame_at(i->p);

    for (size_t at = 0; at < i->size; at += PAGE_SIZE - offset_in_page(i->p + at)) {
        unsigned long frame = frame_at(i->p + at);
        u32 before;

        if (contiguous && frame != first + (offset_in_page(i->p) + at) / PAGE_SIZE)
            FAIL("%p is not contiguous at %zu", (void*)i->p, at);
        if (slab) continue;
        before = __atomic_exchange_n(&owners[frame], who, __ATOMIC_ACQ_REL);
        if (!who != !!before) FAIL("frame %lu of %p belongs to %u", frame, (void*)i->p, before);
        if (!who || contiguous) continue;
        /* The same frame by its own address. */
        *(volatile unsigned char*)(i->p + at) = (unsigned char)who;
        if (*(volatile unsigned char*)page_address(pfn_to_page(frame)) != (unsigned char)who)
            FAIL("frame %lu is not what %p maps", frame, (void*)i->p);
    }
}

static __thread sigjmp_buf fault_jump;
static __thread volatile int expecting;
static void on_fault(int number) {
    if (expecting) siglongjmp(fault_jump, 1);
    signal(number, SIG_DFL);
}
/* The gap may have been an area, whose shadow is poisoned still. */
__attribute__((no_sanitize("address"))) static void check_gap(const struct item* i) {
    volatile unsigned char* gap = (unsigned char*)PAGE_ALIGN((unsigned long)i->p + i->size);

    expecting = 1;
    if (!sigsetjmp(fault_jump, 1)) {
        (void)*gap;
        FAIL("the gap behind %p can be read", (void*)i->p);
    }
    expecting = 0;
}

/* ---- what is done ---- */
static size_t some_size(struct thread* t) {
    switch (below(t, 8)) {
        case 0:
            return (1u << below(t, 18)) + below(t, 3) + 1;
        case 1:
            return 1 + below(t, 200000);
        case 2:
        case 3:
            return 1 + below(t, 9000);
        default:
            return 1 + below(t, 300);
    }
}

static unsigned char* map_pages(struct item* i, size_t count) {
    size_t got = 0;
    unsigned char* p = NULL;

    while (got < count && (i->pages[got] = alloc_page(GFP_KERNEL | __GFP_NOWARN))) got++;
    if (got == count) p = vmap(i->pages, (unsigned int)count, VM_MAP, PAGE_KERNEL);
    while (!p && got) __free_page(i->pages[--got]);
    return p;
}

/* `flags` says from which context. */
static void allocate(struct rnd_state* random, struct item* i, enum kind kind, size_t size,
                     gfp_t flags) {
    u32 dice = prandom_u32_state(random), before = __atomic_load_n(&disturbed, __ATOMIC_ACQUIRE);
    bool zero = dice % 3 == 0;
    gfp_t all = flags | __GFP_NOWARN | (zero ? __GFP_ZERO : 0u);

    i->kind = kind;
    i->size = size;
    switch (kind) {
        case KMALLOC:
            i->p = kmalloc(size, all);
            break;
        case KVMALLOC:
            i->p = kvmalloc(size, all);
            break;
        case CACHE:
            i->detail = dice / 4 % CACHES;
            i->size = cache_sizes[i->detail];
            if (i->detail == CONSTRUCTED) zero = false;
            i->p = kmem_cache_alloc(caches[i->detail], zero ? all : all & ~__GFP_ZERO);
            if (i->p && i->detail == CONSTRUCTED && *(u32*)i->p != MADE)
                FAIL("%p was not constructed", (void*)i->p);
            break;
        case PAGES:
            i->detail = dice / 4 % 4 ? dice / 16 % 2 : dice / 16 % 7;
            i->size = PAGE_SIZE << i->detail;
            i->p =
                (unsigned char*)__get_free_pages(all | (dice & 1024 ? __GFP_COMP : 0u), i->detail);
            break;
        case EXACT:
            i->p = alloc_pages_exact(size, all);
            break;
        case VMALLOC:
            i->p = __vmalloc(size, all);
            break;
        case VMAP:
            zero = false;
            i->size = (1 + size / PAGE_SIZE % MOST_PAGES) * PAGE_SIZE;
            i->p = map_pages(i, i->size / PAGE_SIZE);
            break;
        default:
            break;
    }
    if (!i->p) {
        bool undisturbed =
            before % 2 == 0 && before == __atomic_load_n(&disturbed, __ATOMIC_ACQUIRE);

        if (undisturbed && (flags & __GFP_DIRECT_RECLAIM) &&
            ashlar_free_frames() > totalram_pages() / 4 &&
            (i->size <= PAGE_SIZE || kind == VMALLOC || kind == KVMALLOC))
            FAIL("%zu bytes of kind %d failed with %zu frames free", i->size, kind,
                 ashlar_free_frames());
        i->kind = NONE;
        return;
    }
    if (zero && memchr_inv(i->p, 0, i->size))
        FAIL("%p, kind %d, of %zu is not zero", (void*)i->p, kind, i->size);
    i->tag = prandom_u32_state(random);
    own(i, __atomic_add_fetch(&ids, 2, __ATOMIC_RELAXED) | 1);
    fill(i);
}

static void release(struct item* i) {
    verify(i, i->size);
    own(i, 0);
    switch (i->kind) {
        case KMALLOC:
            kfree(i->p);
            break;
        case KVMALLOC:
            kvfree(i->p);
            break;
        case CACHE:
            /* A constructed object goes back as it was made. */
            if (i->detail == CONSTRUCTED) *(u32*)i->p = MADE;
            kmem_cache_free(caches[i->detail], i->p);
            break;
        case PAGES:
            free_pages((unsigned long)i->p, i->detail);
            break;
        case EXACT:
            free_pages_exact(i->p, i->size);
            break;
        case VMALLOC:
            vfree(i->p);
            break;
        case VMAP:
            vunmap(i->p);
            for (size_t n = 0; n < i->size / PAGE_SIZE; n++) __free_page(i->pages[n]);
            break;
        default:
            break;
    }
    i->kind = NONE;
    i->p = NULL;
}

static void resize(struct thread* t, struct item* i) {
    size_t size = below(t, 2) ? some_size(t) : i->size + below(t, (u32)i->size + 1),
           kept = min(size, i->size);
    unsigned char* p;

    verify(i, i->size);
    own(i, 0);
    p = krealloc(i->p, size, GFP_KERNEL | __GFP_NOWARN);
    if (p) {
        i->p = p;
        for (size_t at = 0; at + 1 < kept; at += 64)
            if (at != i->size - 1 && p[at] != mark(i->tag, at))
                FAIL("krealloc lost byte %zu of %p", at, (void*)p);
        i->size = size;
    }
    own(i, __atomic_add_fetch(&ids, 2, __ATOMIC_RELAXED) | 1);
    fill(i);
}

/* Another thread, that is another CPU, will free it. */
static void exchange(struct thread* t, struct item* i) {
    struct item *slot = &handed[below(t, ARRAY_SIZE(handed))], other;

    spin_lock(&handed_lock);
    other = *slot;
    *slot = *i;
    spin_unlock(&handed_lock);
    *i = other;
    if (i->kind != NONE) verify(i, i->size);
}

/* Takes all there is: ordinary requests stop at the marks, atomic ones later. */
static void exhaust(bool alone) {
    LIST_HEAD(held);
    struct page *page, *next;
    size_t after_ordinary, after_atomic;

    while ((page = alloc_page(GFP_NOWAIT | __GFP_NOWARN))) list_add(&page->lru, &held);
    after_ordinary = ashlar_free_frames();
    while ((page = alloc_page(GFP_ATOMIC | __GFP_NOWARN))) list_add(&page->lru, &held);
    after_atomic = ashlar_free_frames();
    list_for_each_entry_safe(page, next, &held, lru) __free_page(page);
    /* A CPU's list is filled by batches: by so much the mark may be missed. */
    if (alone && (after_ordinary + 64 < reserve || after_atomic + 64 < reserve * 3 / 8 ||
                  after_atomic >= after_ordinary))
        FAIL("ordinary requests left %zu frames, atomic ones %zu; the reserve is %zu",
             after_ordinary, after_atomic, reserve);
}

static void disturb(struct thread* t, bool alone) {
    static const char* const which[] = {"failslab", "fail_page_alloc"};
    const char* one = which[below(t, 2)];

    __atomic_add_fetch(&disturbed, 1, __ATOMIC_ACQ_REL);
    if (below(t, 3) == 0) {
        if (alone) ashlar_tick(0, NULL, NULL);
        exhaust(alone);
        if (alone) ashlar_tick(300, tick, NULL);
    } else {
        ashlar_inject(one, 1 + below(t, 5), 30 + below(t, 71), -1, NULL, NULL);
        for (int n = 0; n < 200; n++) step(t);
        ashlar_inject(one, 0, 0, 0, NULL, NULL);
    }
    __atomic_add_fetch(&disturbed, 1, __ATOMIC_ACQ_REL);
}

/* ---- at interrupt level ---- */
static struct item kept[64][16];
static void* areas_to_free[16];

static void tick(void* unused) {
    static struct rnd_state randoms[64];
    struct rnd_state* random = &randoms[smp_processor_id()];
    struct item* i = &kept[smp_processor_id()][prandom_u32_state(random) % 16];
    enum kind kind =
        prandom_u32_state(random) % 4 ? (prandom_u32_state(random) % 2 ? KMALLOC : CACHE) : PAGES;

    (void)unused;
    __atomic_add_fetch(&interrupts, 1, __ATOMIC_RELAXED);
    if (i->kind != NONE)
        release(i);
    else
        allocate(random, i, kind, 1 + prandom_u32_state(random) % 500, GFP_ATOMIC);
    vfree(__atomic_exchange_n(&areas_to_free[prandom_u32_state(random) % 16], NULL,
                              __ATOMIC_ACQ_REL));
}

/* ---- a thread ---- */
static void step(struct thread* t) {
    struct item* i = &t->items[below(t, ITEMS)];
    void* objects[24];

    t->steps++;
    if (i->kind == NONE) {
        gfp_t flags = below(t, 4) ? GFP_KERNEL : below(t, 2) ? GFP_ATOMIC : GFP_NOWAIT;
        enum kind kind = below(t, 3) ? (below(t, 2) ? KMALLOC : CACHE) : 1 + below(t, VMAP);

        if (kind >= VMALLOC || kind == KVMALLOC) flags = GFP_KERNEL;
        allocate(&t->random, i, kind, some_size(t), flags);
        if (i->kind == VMALLOC && below(t, 16) == 0) check_gap(i);
        return;
    }
    switch (below(t, 64)) {
        case 0 ... 15:
            if (i->kind == KMALLOC) resize(t, i);
            break;
        case 16 ... 23:
            exchange(t, i);
            break;
        case 24:
            verify(i, i->size);
            break;
        case 25:
            if (kmem_cache_alloc_bulk(caches[1], GFP_KERNEL, ARRAY_SIZE(objects), objects)) {
                for (size_t n = 0; n < ARRAY_SIZE(objects); n++)
                    memset(objects[n], (int)n, cache_sizes[1]);
                for (size_t n = 0; n < ARRAY_SIZE(objects); n++)
                    if (memchr_inv(objects[n], (int)n, cache_sizes[1]))
                        FAIL("bulk objects overlap");
                kmem_cache_free_bulk(caches[1], ARRAY_SIZE(objects), objects);
            }
            break;
        case 26:
            /* An interrupt frees it. */
            if (i->kind == VMALLOC) {
                verify(i, i->size);
                own(i, 0);
                vfree(__atomic_exchange_n(&areas_to_free[below(t, 16)], i->p, __ATOMIC_ACQ_REL));
                i->kind = NONE;
            }
            break;
        case 27:
            if (below(t, 50) == 0) kmem_cache_shrink(caches[below(t, CACHES)]);
            if (below(t, 50) == 0) vm_unmap_aliases();
            if (below(t, 50) == 0) drain_all_pages(NULL);
            break;
        default:
            release(i);
            break;
    }
}

static int run(void* argument) {
    struct thread* t = argument;
    bool alone = thread_count == 1;

    while (now_ns() < deadline) {
        for (int n = 0; n < 500; n++) step(t);
        for (int n = 0; n < ITEMS; n++)
            if (t->items[n].kind != NONE && below(t, 8) == 0)
                verify(&t->items[n], t->items[n].size);
        if (t == threads && below(t, 20) == 0) disturb(t, alone);
    }
    for (int n = 0; n < ITEMS; n++)
        if (t->items[n].kind != NONE) release(&t->items[n]);
    complete(&finished);
    return 0;
}

static void construct(void* object) {
    *(u32*)object = MADE;
}

static size_t sum_of_marks(void) {
    static char text[8192];
    size_t sum = 0;

    ashlar_zoneinfo(text, sizeof(text));
    for (char* at = text; (at = strstr(at, " min "));) sum += strtoul(at += 5, NULL, 10);
    return sum;
}

static void end_all(void) {
    for (size_t n = 0; n < ARRAY_SIZE(handed); n++)
        if (handed[n].kind != NONE) release(&handed[n]);
    for (size_t cpu = 0; cpu < ARRAY_SIZE(kept); cpu++)
        for (int n = 0; n < 16; n++)
            if (kept[cpu][n].kind != NONE) release(&kept[cpu][n]);
    for (int n = 0; n < 16; n++) vfree(areas_to_free[n]);
    for (int n = 0; n < CACHES; n++) kmem_cache_destroy(caches[n]);
}

int main(int argc, char** argv) {
    unsigned long seconds = 4;
    size_t free_before, frames;
    u64 steps = 0;

    for (int n = 1; n + 1 < argc; n += 2) {
        unsigned long value = strtoul(argv[n + 1], NULL, 0);
        if (!strcmp(argv[n], "--seed"))
            seed = value;
        else if (!strcmp(argv[n], "--seconds"))
            seconds = value;
        else if (!strcmp(argv[n], "--threads") && value >= 1 && value <= MOST_THREADS)
            thread_count = (unsigned int)value;
        else
            argc = 0;
    }
    if (argc % 2 == 0) {
        fprintf(stderr, "usage: kernel_fuzz [--seed N] [--seconds N] [--threads 1..%d]\n",
                MOST_THREADS);
        return 2;
    }
    ashlar_machine_start("size=96M,cpus=3,loglevel=4");
    frames = totalram_pages();
    reserve = sum_of_marks();
    owners = calloc(frames, sizeof(*owners));
    {
        struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};
        sigaction(SIGSEGV, &action, NULL);
    }
    kfree(kmalloc(1, GFP_KERNEL));
    ashlar_tick(300, tick, NULL);
    ashlar_tick(0, NULL, NULL);
    ashlar_drain();
    free_before = ashlar_free_frames();
    for (int n = 0; n < CACHES; n++) {
        char name[16];
        snprintf(name, sizeof(name), "fuzz-%d", n);
        caches[n] = kmem_cache_create(name, (unsigned int)cache_sizes[n], 0,
                                      n == 4 ? SLAB_TYPESAFE_BY_RCU : 0,
                                      n == CONSTRUCTED ? construct : NULL);
    }
    deadline = now_ns() + seconds * 1000000000u;
    ashlar_tick(300, tick, NULL);
    for (unsigned int n = 0; n < thread_count; n++) {
        prandom_seed_state(&threads[n].random, seed * 1000 + n);
        if (IS_ERR(kthread_run(run, &threads[n], "fuzz-%u", n))) FAIL("no thread");
    }
    for (unsigned int n = 0; n < thread_count; n++) wait_for_completion(&finished);
    ashlar_tick(0, NULL, NULL);
    for (unsigned int n = 0; n < thread_count; n++) steps += threads[n].steps;
    end_all();
    msleep(20); /* the threads' own end */
    ashlar_drain();
    if (!ashlar_check_invariants()) FAIL("the books are wrong at the end");
    if (ashlar_live_objects(0) > thread_count + 8) FAIL("%zu objects left", ashlar_live_objects(1));
    for (size_t n = 0; n < frames; n++)
        if (owners[n]) FAIL("frame %zu is still owned by %u", n, owners[n]);
    /* Sheaves and contexts keep their frames. */
    if (ashlar_free_frames() + 256 < free_before)
        FAIL("%zu frames left", free_before - ashlar_free_frames());
    printf("kernel_fuzz: seed %llu, %u threads: %llu steps, %u interrupts, %u disturbances\n",
           (unsigned long long)seed, thread_count, (unsigned long long)steps, interrupts,
           disturbed / 2);
    return 0;
}
