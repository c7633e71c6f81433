// Per-CPU memory. A chunk has one unit for each CPU, ASHLAR_PERCPU_STRIDE apart;
// an allocation takes the same place in every unit, 8 bytes at a time, from a
// bitmap; a second bitmap marks where allocations end. Static per-CPU variables
// are registered with their initial contents and copied for the other CPUs.

#include <ashlar/kernel_port.h>

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

enum { GRAIN = 8, GRAINS = ASHLAR_PERCPU_STRIDE / GRAIN };

struct chunk {
    struct list_head list;
    char* base;
    unsigned int free; /* grains */
    DECLARE_BITMAP(used, GRAINS);
    DECLARE_BITMAP(ends, GRAINS);
};
static LIST_HEAD(chunks);
static DEFINE_SPINLOCK(chunks_lock);
static DEFINE_MUTEX(growing);

struct region {
    char *start, *stop;
    char* copies; /* of CPU 1, 2, ... */
    size_t stride;
};
/* The program, the libraries and the loaded modules that have per-CPU variables. What a module
 * leaves behind, copies and all, is empty until one that fits takes it. */
static struct region regions[64];
static unsigned int region_count;

static const struct cpumask* all_cpus(void) {
    static struct cpumask mask;
    if (!cpumask_test_cpu(0, &mask)) bitmap_set(mask.bits, 0, ashlar_port_cpu_count());
    return &mask;
}
const struct cpumask* ashlar_cpu_all(void) {
    return all_cpus();
}

static struct region* region_for(size_t bytes) {
    struct region* region;
    unsigned int others = ashlar_port_cpu_count() - 1;

    for (unsigned int i = 0; i < region_count; i++)
        if (!regions[i].stop && regions[i].stride >= bytes) return &regions[i];
    BUG_ON(region_count == ARRAY_SIZE(regions));
    region = &regions[region_count];
    region->stride = ALIGN(bytes, L1_CACHE_BYTES);
    if (others) region->copies = ashlar_port_early(others * region->stride);
    if (others && !region->copies) panic("no memory for per-CPU variables");
    __atomic_store_n(&region_count, region_count + 1, __ATOMIC_RELEASE);
    return region;
}

/* Constructors run one at a time. */
void ashlar_register_percpu(char* start, char* stop) {
    struct region* region;

    for (unsigned int i = 0; i < region_count; i++)
        if (regions[i].start == start) return;
    region = region_for((size_t)(stop - start));
    for (unsigned int i = 0; i + 1 < ashlar_port_cpu_count(); i++)
        memcpy(region->copies + i * region->stride, start, (size_t)(stop - start));
    region->start = start;
    __atomic_store_n(&region->stop, stop, __ATOMIC_RELEASE);
}

void ashlar_unregister_percpu(const char* from, const char* to) {
    for (unsigned int i = 0; i < region_count; i++) {
        if (!regions[i].stop || regions[i].start < from || regions[i].stop > to) continue;
        __atomic_store_n(&regions[i].stop, NULL, __ATOMIC_RELEASE);
        regions[i].start = NULL;
    }
}

void* ashlar_per_cpu(const volatile void* base, unsigned int cpu) {
    unsigned int count = __atomic_load_n(&region_count, __ATOMIC_ACQUIRE);
    char* at = (char*)base;

    for (unsigned int i = 0; i < count; i++) {
        struct region* region = &regions[i];
        if (at >= __atomic_load_n(&region->stop, __ATOMIC_ACQUIRE) || at < region->start) continue;
        return cpu == 0 ? at : region->copies + (cpu - 1) * region->stride + (at - region->start);
    }
    return at + cpu * ASHLAR_PERCPU_STRIDE;
}

static char* take(struct chunk* chunk, unsigned int grains, unsigned long align_mask) {
    unsigned long at;

    if (chunk->free < grains) return NULL;
    at = bitmap_find_next_zero_area(chunk->used, GRAINS, 0, grains, align_mask);
    if (at + grains > GRAINS) return NULL;
    bitmap_set(chunk->used, (unsigned int)at, grains);
    __set_bit(at + grains - 1, chunk->ends);
    chunk->free -= grains;
    return chunk->base + at * GRAIN;
}

static char* take_from_any(unsigned int grains, unsigned long align_mask) {
    struct chunk* chunk;
    unsigned long flags;
    char* base = NULL;

    spin_lock_irqsave(&chunks_lock, flags);
    list_for_each_entry(chunk, &chunks, list) {
        base = take(chunk, grains, align_mask);
        if (base) break;
    }
    spin_unlock_irqrestore(&chunks_lock, flags);
    return base;
}

static bool grow(void) {
    struct chunk* chunk = kvzalloc(sizeof(*chunk), GFP_KERNEL);
    unsigned long flags;

    if (!chunk) return false;
    chunk->base = vzalloc(ashlar_port_cpu_count() * ASHLAR_PERCPU_STRIDE);
    if (!chunk->base) {
        kvfree(chunk);
        return false;
    }
    chunk->free = GRAINS;
    spin_lock_irqsave(&chunks_lock, flags);
    list_add_tail(&chunk->list, &chunks);
    spin_unlock_irqrestore(&chunks_lock, flags);
    return true;
}

void __percpu* __alloc_percpu_gfp(size_t size, size_t align, gfp_t flags) {
    unsigned int grains = (unsigned int)DIV_ROUND_UP(size, GRAIN);
    unsigned long align_mask = max_t(size_t, align, GRAIN) / GRAIN - 1;
    char* base;

    if (!size || size > PCPU_MIN_UNIT_SIZE || align > PAGE_SIZE || (align & (align - 1))) {
        WARN(!(flags & __GFP_NOWARN), "illegal size (%zu) or align (%zu) for percpu allocation",
             size, align);
        return NULL;
    }
    base = take_from_any(grains, align_mask);
    if (!base && gfpflags_allow_blocking(flags)) {
        mutex_lock(&growing);
        base = take_from_any(grains, align_mask);
        if (!base && grow()) base = take_from_any(grains, align_mask);
        mutex_unlock(&growing);
    }
    if (!base) return NULL;
    for (unsigned int cpu = 0; cpu < ashlar_port_cpu_count(); cpu++)
        memset(base + cpu * ASHLAR_PERCPU_STRIDE, 0, grains * GRAIN);
    return base;
}
void __percpu* __alloc_percpu(size_t size, size_t align) {
    return __alloc_percpu_gfp(size, align, GFP_KERNEL);
}

void free_percpu(void __percpu* base) {
    struct chunk* chunk;
    unsigned long flags;

    if (!base) return;
    spin_lock_irqsave(&chunks_lock, flags);
    list_for_each_entry(chunk, &chunks, list) {
        unsigned long at = (unsigned long)((char*)base - chunk->base), end;
        if ((char*)base < chunk->base || at >= ASHLAR_PERCPU_STRIDE) continue;
        at /= GRAIN;
        BUG_ON(!test_bit(at, chunk->used));
        end = find_next_bit(chunk->ends, GRAINS, at);
        bitmap_clear(chunk->used, (unsigned int)at, (unsigned int)(end - at + 1));
        __clear_bit(end, chunk->ends);
        chunk->free += (unsigned int)(end - at + 1);
        spin_unlock_irqrestore(&chunks_lock, flags);
        return;
    }
    spin_unlock_irqrestore(&chunks_lock, flags);
    WARN(1, "free_percpu of %px, which is no per-CPU memory", base);
}

phys_addr_t per_cpu_ptr_to_phys(void* address) {
    if (!is_vmalloc_addr(address)) return __pa(address);
    return page_to_phys(vmalloc_to_page(address)) + offset_in_page(address);
}
