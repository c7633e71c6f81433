// Making, shrinking and destroying caches; how a slab is laid out.

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "kmem/cache.h"
#include "kmem/inject.h"

namespace ashlar::kmem {

constinit List<Cache, cache_link> caches{};
constinit kernel::IrqSpinLock caches_lock{};

namespace {

using LockGuard = Guard<kernel::IrqSpinLock>;

constexpr unsigned kLargestOrder = PAGE_ALLOC_COSTLY_ORDER;
// So many objects make a slab worth its book-keeping; fewer are taken when objects are large.
constexpr unsigned kGoodCount = 16;
// At most this part of a slab may be left over at its end.
constexpr unsigned kWasteShare = 16;

unsigned choose_order(unsigned chunk) {
    for (unsigned order = 0; order < kLargestOrder; order++) {
        const usize bytes = PAGE_SIZE << order;
        const bool enough = bytes / chunk >= kGoodCount;
        if (enough && bytes % chunk <= bytes / kWasteShare) return order;
    }
    unsigned order = kLargestOrder;
    while (order + 1 < kOrders && (PAGE_SIZE << order) < chunk) order++;
    return order;
}

unsigned choose_align(unsigned size, unsigned align, slab_flags_t flags) {
    if ((flags & SLAB_HWCACHE_ALIGN) != 0) {
        unsigned line = L1_CACHE_BYTES;
        while (size <= line / 2) line /= 2;
        align = max(align, line);
    }
    return max(align, static_cast<unsigned>(sizeof(void*)));
}

constinit Cache cache_of_caches{};

}  // namespace

// A cache made at run time has only as many CPU parts as there are CPUs.
void start_cache_of_caches() {
    const usize unused = ASHLAR_MAX_CPUS - ashlar_port_cpu_count();
    lay_out(cache_of_caches, "kmem_cache",
            static_cast<unsigned>(sizeof(Cache) - unused * sizeof(CpuCache)), kCacheLine,
            SLAB_NOLEAKTRACE, nullptr);
    list_cache(cache_of_caches);
}

void lay_out(Cache& cache, const char* name, unsigned size, unsigned align, slab_flags_t flags,
             void (*ctor)(void*)) {
    flags = debug_flags_for(name, flags);
    cache.name = name;
    cache.flags = flags;
    cache.ctor = ctor;
    cache.object_size = size;
    cache.align = choose_align(size, align, flags);
    cache.gfp = (flags & SLAB_CACHE_DMA) != 0     ? GFP_DMA
                : (flags & SLAB_CACHE_DMA32) != 0 ? GFP_DMA32
                                                  : 0;
    cache.keeps_contents = ctor != nullptr || (flags & SLAB_TYPESAFE_BY_RCU) != 0;
    cache.debugged =
        (flags & (SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS)) != 0;
    cache.head_room = 0;
    // The first word of a free object is the mark that a double free is known by (free_mark).
    cache.link_offset = size >= 2 * sizeof(void*) ? sizeof(void*) : 0;
    unsigned chunk = ALIGN(size, sizeof(void*));
    if (cache.debugged) {
        cache.head_room = ALIGN(16u, cache.align);
        cache.link_offset = chunk + sizeof(void*);  // behind the right red zone
        chunk += cache.head_room + debug_room(cache);
    } else if (cache.keeps_contents) {
        cache.link_offset = chunk;
        chunk += sizeof(void*);
    }
    cache.chunk = ALIGN(chunk, cache.align);
    cache.order = choose_order(cache.chunk);
    cache.slab_mask = static_cast<unsigned>((PAGE_SIZE << cache.order) - 1);
    cache.divisor = ~u64{0} / cache.chunk + 1;
    // About eight pages' worth a sheaf, so that large objects do not pile up on CPUs.
    const unsigned fitting = static_cast<unsigned>(8 * PAGE_SIZE / cache.chunk);
    cache.sheaf_objects = clamp(fitting, 8u, kSheafMost);
    cache.slab::Bin::object_size = cache.chunk;
    cache.chain = &cache.node.chain;
    cache.special = static_cast<u8>(
        (cache.debugged ? kDebugged : 0) | (cache.keeps_contents ? kKeepsContents : 0) |
        (init_on_alloc(0) || init_on_free() ? kInitialised : 0) | (failslab.on() ? kInjected : 0));
}

void list_cache(Cache& cache) {
    const LockGuard guard(caches_lock);
    caches.push_back(cache);
}

void note_injection() {
    const LockGuard guard(caches_lock);
    for (Cache* cache = caches.front(); cache != nullptr;
         cache = List<Cache, cache_link>::next(*cache)) {
        const u8 others = cache->special & static_cast<u8>(~kInjected);
        kernel::poke(cache->special, static_cast<u8>(others | (failslab.on() ? kInjected : 0)));
    }
}

}  // namespace ashlar::kmem

using namespace ashlar;
using namespace ashlar::kmem;

extern "C" {

struct kmem_cache* kmem_cache_create(const char* name, unsigned int size, unsigned int align,
                                     slab_flags_t flags, void (*ctor)(void*)) {
    const auto refuse = [&](const char* why) -> kmem_cache* {
        if ((flags & SLAB_PANIC) != 0) {
            panic("kmem_cache_create: %s: cache '%s' of size %u", why, name, size);
        }
        pr_warn("kmem_cache_create(%s) failed: %s (size %u)\n", name, why, size);
        dump_stack();
        return nullptr;
    };
    if (name == nullptr || size < 1 || size > KMALLOC_MAX_SIZE) return refuse("bad size");
    if ((align & (align - 1)) != 0) return refuse("alignment is no power of two");
    ashlar_memory();  // the machine runs from here on
    auto* cache = static_cast<Cache*>(kmem_cache_zalloc(&cache_of_caches, GFP_KERNEL));
    if (cache == nullptr) return refuse("out of memory");
    strscpy(cache->name_text, name, sizeof(cache->name_text));
    lay_out(*cache, cache->name_text, size, align, flags, ctor);
    if ((PAGE_SIZE << cache->order) < cache->chunk) {
        kmem_cache_free(&cache_of_caches, cache);
        return refuse("objects do not fit the largest block");
    }
    cache->dynamic = true;
    list_cache(*cache);
    return cache;
}

struct kmem_cache* kmem_cache_create_usercopy(const char* name, unsigned int size,
                                              unsigned int align, slab_flags_t flags,
                                              unsigned int useroffset, unsigned int usersize,
                                              void (*ctor)(void*)) {
    WARN_ON(useroffset + usersize > size);
    return kmem_cache_create(name, size, align, flags, ctor);
}

int kmem_cache_shrink(struct kmem_cache* cache) {
    flush_all(*cache);
    usize slabs = 0;
    slab_pages(*cache, nullptr, &slabs);
    return slabs != 0 ? 1 : 0;
}

void kmem_cache_destroy(struct kmem_cache* cache) {
    if (cache == nullptr) return;
    ashlar_might_sleep("kmem_cache_destroy", __FILE__, __LINE__);
    flush_all(*cache);
    const usize live = live_objects(*cache);
    if (live != 0) {
        WARN(1, "kmem_cache_destroy %s: Slab cache still has objects (%zu) when called from %pS",
             cache->name, live, __builtin_return_address(0));
        if (cache->debugged) {
            const LockGuard guard(cache->node.lock);
            for_each_slab(*cache, [&](slab::Slab& slab) {
                char* first = memory_of(page_of(Cell::of(slab))) + cache->head_room;
                for (u32 i = 0; i < slab.carved; i++) {
                    char* object = first + i * cache->chunk;
                    if (debug_is_live(*cache, object)) debug_print_owner(*cache, object);
                }
            });
        }
        return;
    }
    {
        const LockGuard guard(caches_lock);
        caches.remove(*cache);
    }
    // Frames that wait for readers still name the cache's order, not the cache.
    if (cache->dynamic) kmem_cache_free(&cache_of_caches, cache);
}

unsigned int kmem_cache_size(struct kmem_cache* cache) {
    return cache->object_size;
}

bool slab_is_available(void) {
    return !caches.empty();
}

}  // extern "C"
