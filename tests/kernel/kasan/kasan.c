/* Kernel code with one mistake each, to be built with -fsanitize=address: kasan CASE. */
#include <stdio.h>

#include <ashlar/machine.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static noinline void *allocate_it(size_t size)
{
    void *p = kmalloc(size, GFP_KERNEL);
    __asm__ volatile("" : "+r"(p));
    return p;
}
static noinline void free_it(void *p)
{
    kfree(p);
    __asm__ volatile("" ::: "memory");
}
static volatile char sink;
static noinline void read_it(volatile char *p) { sink = *p; }
static noinline void write_it(volatile char *p) { *p = 1; }

static void announce(void *p)
{
    printf("%016lx\n", (unsigned long)p);
    fflush(stdout);
}

static void construct(void *object) { memset(object, 7, 48); }

/* Everything that is allowed, with contents looked at by instrumented code. */
static int clean(void)
{
    struct kmem_cache *made = kmem_cache_create("made", 48, 0, 0, construct);
    struct kmem_cache *safe = kmem_cache_create("safe", 48, 0, SLAB_TYPESAFE_BY_RCU, NULL);
    char *p = NULL, *o, *v;

    for (size_t size = 1; size < 300000; size += 1 + size / 3) {
        char *k = kmalloc(size, GFP_KERNEL), *z = kzalloc(size, GFP_KERNEL), *area = vmalloc(size);

        if (memchr_inv(z, 0, size)) return 1;
        memset(k, 1, size);
        memset(z, 2, ksize(z));
        memset(area, 3, size);
        p = krealloc(p, size, GFP_KERNEL);
        if (size > 1 && p[0] != 4) return 2;
        memset(p, 4, size);
        vfree(area);
        kfree(z);
        kfree(k);
    }
    p = krealloc(p, 10, GFP_KERNEL);
    memset(p, 4, 10);
    kfree_sensitive(p);
    o = kmem_cache_alloc(made, GFP_KERNEL);
    if (memchr_inv(o, 7, 48)) return 3;
    kmem_cache_free(made, o);
    o = kmem_cache_alloc(safe, GFP_KERNEL);
    rcu_read_lock();
    kmem_cache_free(safe, o);
    /* A reader may look at it until the grace period ends. */
    read_it(o);
    rcu_read_unlock();
    kmem_cache_destroy(safe);
    kmem_cache_destroy(made);
    p = (char *)__get_free_pages(GFP_KERNEL, 2);
    memset(p, 5, 4 * PAGE_SIZE);
    free_pages((unsigned long)p, 2);
    v = kvmalloc(100, GFP_KERNEL);
    memset(v, 6, 100);
    kvfree(v);
    ashlar_drain();
    return ashlar_check_invariants() && ashlar_live_objects(1) == 0 ? 0 : 4;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    char *p;

    if (!strcmp(what, "clean")) return clean();
    if (!strcmp(what, "read-after-free")) {
        announce(p = allocate_it(64));
        free_it(p);
        /* Others come and go: the object waits. */
        for (int i = 0; i < 50; i++) free_it(allocate_it(64));
        read_it(p + 4);
    } else if (!strcmp(what, "write-right")) {
        announce(p = allocate_it(100));
        write_it(p + 100);
    } else if (!strcmp(what, "write-left")) {
        announce(p = allocate_it(64));
        write_it(p - 1);
    } else if (!strcmp(what, "memset-right")) {
        volatile size_t size = 70;
        announce(p = allocate_it(64));
        memset(p, 0, size);
    } else if (!strcmp(what, "large-right")) {
        announce(p = allocate_it(100000));
        read_it(p + 100000);
    } else if (!strcmp(what, "large-after-free")) {
        announce(p = allocate_it(100000));
        free_it(p);
        write_it(p + 5);
    } else if (!strcmp(what, "page-after-free")) {
        announce(p = (char *)__get_free_page(GFP_KERNEL));
        free_page((unsigned long)p);
        read_it(p);
    } else if (!strcmp(what, "vmalloc-right")) {
        announce(p = vmalloc(5000));
        write_it(p + 5000);
    } else if (!strcmp(what, "vmalloc-after-free")) {
        announce(p = vmalloc(5000));
        vfree(p);
        read_it(p);
    } else if (!strcmp(what, "cache-after-free")) {
        struct kmem_cache *cache = kmem_cache_create("apples", 40, 0, 0, NULL);
        announce(p = kmem_cache_alloc(cache, GFP_KERNEL));
        kmem_cache_free(cache, p);
        read_it(p + 39);
    } else if (!strcmp(what, "rcu-after-grace")) {
        struct late {
            struct rcu_head rcu;
            int value;
        } *late = allocate_it(sizeof(*late));
        announce(late);
        kfree_rcu(late, rcu);
        rcu_barrier();
        read_it((char *)&late->value);
    }
    puts("not caught");
    return 0;
}
