// The fast paths: a pointer popped from or pushed on an array, with preemption
// off, and everything that Linux names kmalloc.
//
//   __kmalloc -> class -> take -> [allocate_slowly] -> clear the mark, zero
//   kfree -> frame -> cache -> checks -> put -> [free_slowly]

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "kmem/cache.h"
#include "kmem/inject.h"

namespace ashlar::kmem {
namespace {

constexpr unsigned kSizes[] = {8,   16,  32,  64,   96,   128,  192,
                               256, 512, 1024, 2048, 4096, 8192};
constexpr unsigned kClasses = sizeof(kSizes) / sizeof(kSizes[0]);
constexpr const char* kNames[2][kClasses] = {
    {"kmalloc-8", "kmalloc-16", "kmalloc-32", "kmalloc-64", "kmalloc-96", "kmalloc-128", "kmalloc-192",
     "kmalloc-256", "kmalloc-512", "kmalloc-1k", "kmalloc-2k", "kmalloc-4k", "kmalloc-8k"},
    {"dma-kmalloc-8", "dma-kmalloc-16", "dma-kmalloc-32", "dma-kmalloc-64", "dma-kmalloc-96",
     "dma-kmalloc-128", "dma-kmalloc-192", "dma-kmalloc-256", "dma-kmalloc-512", "dma-kmalloc-1k",
     "dma-kmalloc-2k", "dma-kmalloc-4k", "dma-kmalloc-8k"}};
constexpr unsigned kFirstAbove192 = 7;
static_assert(kSizes[kFirstAbove192] == 256 && kSizes[kClasses - 1] == KMALLOC_MAX_CACHE_SIZE);

// Constant: a start-up initialiser could run after the first use.
constinit Cache kmalloc_caches[2][kClasses]{};

struct SmallTable {
    u8 index[192 / 8 + 1];
    constexpr SmallTable() : index{} {
        for (unsigned i = 0; i <= 192 / 8; i++) {
            u8 at = 0;
            while (kSizes[at] < i * 8) at++;
            index[i] = at;
        }
    }
};
constexpr SmallTable kSmall;

unsigned class_of(usize size) {
    if (size <= 192) return kSmall.index[(size + 7) / 8];
    return kFirstAbove192 + log2_floor(size - 1) - 7;
}

Cache& cache_for(usize size, gfp_t flags) {
    return kmalloc_caches[(flags & __GFP_DMA) != 0][class_of(size)];
}

// A constructor's work stays; memory for RCU readers is only zeroed if the caller asks for it.
void zero_new(const Cache& cache, void* object, gfp_t flags) {
    const bool asked = (flags & __GFP_ZERO) != 0;
    if (cache.ctor == nullptr && (asked || !cache.keeps_contents)) memset(object, 0, cache.object_size);
}

[[gnu::always_inline]] inline void* take(Cache& cache, gfp_t flags, const void* caller) {
    kernel::Context& context = kernel::self();
    if ((flags & __GFP_DIRECT_RECLAIM) != 0 &&
        (kernel::in_section(context) || context.rcu_nesting != 0)) [[unlikely]] {
        ashlar_might_sleep("kmalloc", __FILE__, __LINE__);
    }
    if (failslab.on() && inject(failslab, flags, caller)) [[unlikely]] return nullptr;
    void* object = nullptr;
    if (!cache.debugged) [[likely]] {
        const unsigned before = kernel::enter(context);
        CpuCache& cpu = cache.cpus[context.cpu->number];
        if (cpu.busy == 0) [[likely]] {
            cpu.busy = 1;
            std::atomic_signal_fence(std::memory_order_seq_cst);
            Sheaf* sheaf = cpu.main;
            if (sheaf != nullptr && sheaf->count != 0) [[likely]] {
                object = sheaf->objects[--sheaf->count];
            } else {
                object = allocate_slowly(cache, &cpu, flags, caller);
            }
            std::atomic_signal_fence(std::memory_order_seq_cst);
            cpu.busy = 0;
        }
        kernel::leave_to(context, before);
    }
    if (object == nullptr) [[unlikely]] {
        object = allocate_slowly(cache, nullptr, flags, caller);
        if (object == nullptr || cache.debugged) return object;
    }
    if (!cache.keeps_contents) *static_cast<u64*>(object) = 0;
    if (init_on_alloc(flags)) [[unlikely]] zero_new(cache, object, flags);
    return object;
}

[[gnu::noinline]] void report_bad_free(const void* object, Cache* cache) {
    const char* what = "kfree of an address that kmalloc did not give";
    Page* page = frame_at(object);
    if (page == nullptr) {
        what = is_vmalloc_addr(object) ? "kfree of a vmalloc address" : "kfree of a wild pointer";
    } else if (cache != nullptr) {
        what = "kfree of an address inside an object";
    } else if (kind_of(head_of(*page)) == Kind::FreeDirty || page->ashlar_state == kCached) {
        what = "kfree of memory that is free already";
    }
    bug_report(object, what, cache);
}

[[gnu::always_inline]] inline void put(Cache& cache, void* object, usize offset, const void* caller) {
    const u32 index = index_in_slab(cache, offset);
    if (index * cache.chunk + cache.head_room != offset) [[unlikely]] {
        report_bad_free(object, &cache);
    }
    if (cache.debugged) [[unlikely]] return debug_free(cache, object, caller);
    if (!cache.keeps_contents) {
        if (init_on_free()) [[unlikely]] memset(object, 0, cache.object_size);
        u64& first = *static_cast<u64*>(object);
        if (first == free_mark(object)) [[unlikely]] {
            if (is_double_free(cache, object)) bug_report(object, "double free", &cache);
        }
        first = free_mark(object);
    }
    kernel::Context& context = kernel::self();
    const unsigned before = kernel::enter(context);
    CpuCache& cpu = cache.cpus[context.cpu->number];
    if (cpu.busy == 0) [[likely]] {
        cpu.busy = 1;
        std::atomic_signal_fence(std::memory_order_seq_cst);
        Sheaf* sheaf = cpu.main;
        if (sheaf != nullptr && sheaf->count < cache.sheaf_objects) [[likely]] {
            sheaf->objects[sheaf->count++] = object;
        } else {
            free_slowly(cache, &cpu, object);
        }
        std::atomic_signal_fence(std::memory_order_seq_cst);
        cpu.busy = 0;
        kernel::leave_to(context, before);
    } else {
        kernel::leave_to(context, before);
        free_slowly(cache, nullptr, object);
    }
}

// Whole blocks of frames, for sizes above the classes.
void* take_large(usize size, gfp_t flags, const void* caller) {
    if (size > KMALLOC_MAX_SIZE) {
        WARN_ONCE((flags & __GFP_NOWARN) == 0, "kmalloc of %zu bytes: the most is %lu", size, KMALLOC_MAX_SIZE);
        return nullptr;
    }
    const unsigned order = static_cast<unsigned>(get_order(size));
    Page* page = allocate((flags & ~__GFP_HIGHMEM) | __GFP_COMP, order, caller);
    if (page == nullptr) return nullptr;
    page->ashlar_state = kKmalloc;
    return memory_of(*page);
}

void put_large(Page& page, const void* object) {
    if (kind_of(page) != Kind::Large || page.ashlar_state != kKmalloc || memory_of(page) != object) {
        report_bad_free(object, nullptr);
    }
    set_page_count(&page, 0);
    page.ashlar_state = kPlain;
    release(page, page.ashlar_order);
}

[[gnu::always_inline]] inline void* kmalloc_from(usize size, gfp_t flags, const void* caller) {
    if (size > KMALLOC_MAX_CACHE_SIZE) [[unlikely]] return take_large(size, flags, caller);
    if (size == 0) [[unlikely]] return ZERO_SIZE_PTR;
    return take(cache_for(size, flags), flags, caller);
}

inline usize offset_in_slab(const Page& head, const void* object) {
    return ashlar::address(object) - ashlar::address(memory_of(head));
}

}  // namespace

void start_kmalloc() {
    start_cache_of_caches();
    for (unsigned dma = 0; dma < 2; dma++) {
        for (unsigned i = 0; i < kClasses; i++) {
            const unsigned size = kSizes[i];
            // Powers of two are aligned to themselves, the others to their largest such divisor.
            lay_out(kmalloc_caches[dma][i], kNames[dma][i], size, size & -size,
                    SLAB_KMALLOC | (dma != 0 ? SLAB_CACHE_DMA : 0), nullptr);
            list_cache(kmalloc_caches[dma][i]);
        }
    }
}

}  // namespace ashlar::kmem

using namespace ashlar;
using namespace ashlar::kmem;

extern "C" {

void* __kmalloc(size_t size, gfp_t flags) {
    return kmalloc_from(size, flags, __builtin_return_address(0));
}
void* __kmalloc_node(size_t size, gfp_t flags, int) {
    return kmalloc_from(size, flags, __builtin_return_address(0));
}
void* __kmalloc_node_track_caller(size_t size, gfp_t flags, int, unsigned long caller) {
    return kmalloc_from(size, flags, reinterpret_cast<void*>(caller));
}
void* kmalloc_large(size_t size, gfp_t flags) {
    return take_large(size, flags, __builtin_return_address(0));
}

void kfree(const void* object) {
    if (ZERO_OR_NULL_PTR(object)) return;
    Page* page = frame_at(object);
    if (page == nullptr) [[unlikely]] report_bad_free(object, nullptr);
    Page& head = head_of(*page);
    if (kind_of(head) != Kind::Slab) return put_large(head, object);
    Cache& cache = cache_of_slab(cell_of(head).as<slab::Slab>());
    put(cache, const_cast<void*>(object), offset_in_slab(head, object), __builtin_return_address(0));
}

void kfree_sensitive(const void* object) {
    const size_t size = ksize(object);
    if (size != 0) memzero_explicit(const_cast<void*>(object), size);
    kfree(object);
}

size_t __ksize(const void* object) {
    if (ZERO_OR_NULL_PTR(object)) return 0;
    Page* page = frame_at(object);
    if (page == nullptr) return 0;
    Page& head = head_of(*page);
    if (kind_of(head) == Kind::Slab) return cache_of(object)->object_size;
    return PAGE_SIZE << head.ashlar_order;
}
size_t ksize(const void* object) {
    return __ksize(object);
}

size_t kmalloc_size_roundup(size_t size) {
    if (size == 0) return 0;
    if (size <= KMALLOC_MAX_CACHE_SIZE) return kSizes[class_of(size)];
    return size > KMALLOC_MAX_SIZE ? size : PAGE_SIZE << get_order(size);
}

void* krealloc(const void* object, size_t size, gfp_t flags) {
    if (size == 0) {
        kfree(object);
        return ZERO_SIZE_PTR;
    }
    const size_t has = ksize(object);
    if (has >= size) return const_cast<void*>(object);
    void* fresh = kmalloc_from(size, flags, __builtin_return_address(0));
    if (fresh != nullptr && has != 0) {
        memcpy(fresh, object, has);
        kfree(object);
    }
    return fresh;
}

void* kmem_cache_alloc(struct kmem_cache* cache, gfp_t flags) {
    return take(*cache, flags, __builtin_return_address(0));
}
void* kmem_cache_alloc_lru(struct kmem_cache* cache, struct list_lru*, gfp_t flags) {
    return take(*cache, flags, __builtin_return_address(0));
}
void* kmem_cache_alloc_node(struct kmem_cache* cache, gfp_t flags, int) {
    return take(*cache, flags, __builtin_return_address(0));
}

void kmem_cache_free(struct kmem_cache* cache, void* object) {
    if (object == nullptr) return;
    Page* page = frame_at(object);
    Page* head = page != nullptr ? &head_of(*page) : nullptr;
    if (head == nullptr || kind_of(*head) != Kind::Slab) {
        bug_report(object, "kmem_cache_free of an address that is in no slab", cache);
    }
    Cache* real = &cache_of_slab(cell_of(*head).as<slab::Slab>());
    if (real != cache) [[unlikely]] {
        WARN(1, "kmem_cache_free: Wrong slab cache. %s but object %px is from %s", cache->name, object,
             real->name);
    }
    put(*real, object, offset_in_slab(*head, object), __builtin_return_address(0));
}

int kmem_cache_alloc_bulk(struct kmem_cache* cache, gfp_t flags, size_t count, void** objects) {
    for (size_t i = 0; i < count; i++) {
        objects[i] = take(*cache, flags, __builtin_return_address(0));
        if (objects[i] == nullptr) {
            kmem_cache_free_bulk(cache, i, objects);
            return 0;
        }
    }
    return static_cast<int>(count);
}

void kmem_cache_free_bulk(struct kmem_cache* cache, size_t count, void** objects) {
    for (size_t i = 0; i < count; i++) {
        if (cache != nullptr) {
            kmem_cache_free(cache, objects[i]);
        } else {
            kfree(objects[i]);
        }
    }
}

bool kmem_valid_obj(void* object) {
    return !ZERO_OR_NULL_PTR(object) && cache_of(object) != nullptr;
}

void kmem_dump_obj(void* object) {
    Cache* cache = cache_of(object);
    if (cache == nullptr) return;
    void* start = object_containing(*cache, object);
    pr_cont(" slab %s start %px size %u\n", cache->name, start, cache->object_size);
    if (cache->debugged && start != nullptr) debug_print_owner(*cache, start);
}

}  // extern "C"
