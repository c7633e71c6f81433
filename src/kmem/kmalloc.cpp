// Everything that Linux names kmalloc, and the careful forms of the fast paths.
//
//   __kmalloc -> class -> take -> [take_carefully] -> [refill_sheaf] -> [take_from_node]
//   kfree -> frame -> cache -> put -> [put_carefully] -> [empty_sheaf] -> [give_to_node]

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "core/shadow.h"
#include "kmem/fast_path.h"
#include "kmem/inject.h"

namespace ashlar::kmem {
namespace {

// Linux's numbering (kmalloc_index in linux/slab.h): 1 is 96, 2 is 192, from 3 on the power of two.
constexpr unsigned kClasses = KMALLOC_SHIFT_HIGH + 1;
constexpr unsigned size_of_class(unsigned index) {
    return index == 1 ? 96 : index == 2 ? 192 : 1u << index;
}
constexpr const char* kNames[2][kClasses] = {
    {"", "kmalloc-96", "kmalloc-192", "kmalloc-8", "kmalloc-16", "kmalloc-32", "kmalloc-64",
     "kmalloc-128", "kmalloc-256", "kmalloc-512", "kmalloc-1k", "kmalloc-2k", "kmalloc-4k",
     "kmalloc-8k"},
    {"", "dma-kmalloc-96", "dma-kmalloc-192", "dma-kmalloc-8", "dma-kmalloc-16", "dma-kmalloc-32",
     "dma-kmalloc-64", "dma-kmalloc-128", "dma-kmalloc-256", "dma-kmalloc-512", "dma-kmalloc-1k",
     "dma-kmalloc-2k", "dma-kmalloc-4k", "dma-kmalloc-8k"}};

// Constant: a start-up initialiser could run after the first use.
constinit Cache the_caches[2][kClasses];

struct SmallTable {
    u8 index[192 / 8 + 1];
    constexpr SmallTable() : index{} {
        for (unsigned i = 0; i <= 192 / 8; i++) {
            const unsigned size = i * 8;
            index[i] = static_cast<u8>(size > 64 && size <= 96     ? 1
                                       : size > 128 && size <= 192 ? 2
                                       : size <= 8                 ? 3
                                                                   : log2_floor(size - 1) + 1);
        }
    }
};
constexpr SmallTable kSmall;

[[gnu::always_inline]] inline unsigned class_of(usize size) {
    return size <= 192 ? kSmall.index[(size + 7) / 8] : log2_floor(size - 1) + 1;
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

// Whole blocks of frames, for sizes above the classes.
void* take_large(usize size, gfp_t flags, const void* caller) {
    if (size > KMALLOC_MAX_SIZE) {
        WARN_ONCE((flags & __GFP_NOWARN) == 0, "kmalloc of %zu bytes: the most is %lu", size,
                  KMALLOC_MAX_SIZE);
        return nullptr;
    }
    const unsigned order = static_cast<unsigned>(get_order(size));
    Page* page = allocate((flags & ~__GFP_HIGHMEM) | __GFP_COMP, order, caller);
    if (page == nullptr) return nullptr;
    page->ashlar_state = kKmalloc;
    shadow::unpoison_part(memory_of(*page), size, PAGE_SIZE << order);
    return memory_of(*page);
}

void put_large(Page& page, const void* object) {
    if (kind_of(page) != Kind::Large || page.ashlar_state != kKmalloc ||
        memory_of(page) != object) {
        report_bad_free(object, nullptr);
    }
    set_page_count(&page, 0);
    page.ashlar_state = kPlain;
    release(page, page.ashlar_order);
}

[[gnu::always_inline]] inline void* kmalloc_from(usize size, gfp_t flags, const void* caller) {
    if (size > KMALLOC_MAX_CACHE_SIZE) [[unlikely]]
        return take_large(size, flags, caller);
    if (size == 0) [[unlikely]]
        return ZERO_SIZE_PTR;
    return take(*kmalloc_caches[(flags & __GFP_DMA) != 0][class_of(size)], flags, caller, size);
}

// Finds the slab that an object lies in; false if it lies in none.
[[gnu::always_inline]] inline bool find_slab(const void* object, slab::Slab*& slab) {
    const usize index = (address(object) - ashlar_the_layout.page_offset) >> PAGE_SHIFT;
    if (index >= ashlar_the_layout.pages) [[unlikely]]
        return false;
    Page* page = ashlar_the_layout.memmap + index;
    if (kind_of(*page) != Kind::Slab) {
        page = &head_of(*page);
        if (kind_of(*page) != Kind::Slab) [[unlikely]]
            return false;
    }
    slab = &cell_of(*page).as<slab::Slab>();
    return true;
}

// Debugging knows how much of a block its owner uses; that changes without a new allocation.
[[gnu::noinline]] void note_size_debugged(const void* object, usize size) {
    Page* page = frame_at(object);
    if (page == nullptr) return;
    Page& head = head_of(*page);
    if (kind_of(head) == Kind::Slab) {
        Cache& cache = *cache_of(object);
        if (cache.debugged) debug_resize(cache, const_cast<void*>(object), size);
    } else {
        shadow::unpoison_part(static_cast<const char*>(object), size,
                              PAGE_SIZE << head.ashlar_order);
    }
}
void note_size(const void* object, usize size) {
    if (any_debugged && !ZERO_OR_NULL_PTR(object)) [[unlikely]]
        note_size_debugged(object, size);
}

// What kfree gets that lies in no slab.
[[gnu::noinline]] void put_other(const void* object) {
    Page* page = frame_at(object);
    if (page == nullptr) report_bad_free(object, nullptr);
    put_large(head_of(*page), object);
}

[[gnu::noinline]] void put_nowhere(Cache& cache, const void* object) {
    bug_report(object, "kmem_cache_free of an address that is in no slab", &cache);
}

[[gnu::noinline]] void put_elsewhere(const Cache& cache, Cache& real, void* object,
                                     const void* caller) {
    WARN(1, "kmem_cache_free: Wrong slab cache. %s but object %px is from %s", cache.name, object,
         real.name);
    put_carefully(real, object, caller);
}

}  // namespace

// ---- the careful forms ----------------------------------------------------------

// Apart, because a call in the middle of a fast path would cost it its registers.
[[gnu::noinline]] void* zero_new(const Cache& cache, void* object) {
    return memset(object, 0, cache.object_size);
}

[[gnu::noinline]] void* take_late(kernel::Context& context, const Cache& cache, void* object,
                                  gfp_t flags) {
    ashlar_port_interrupts_on(&context);
    return (flags & __GFP_ZERO) != 0 ? zero_new(cache, object) : object;
}

[[gnu::noinline]] void* take_carefully(Cache& cache, gfp_t flags, const void* caller, usize asked) {
    kernel::Context& context = kernel::self();
    if ((flags & __GFP_DIRECT_RECLAIM) != 0 && kernel::nesting(context) != 0) [[unlikely]] {
        ashlar_might_sleep("kmalloc", __FILE__, __LINE__);
    }
    if (failslab.on() && inject(failslab, flags, caller)) return nullptr;
    if (cache.debugged)
        return debug_allocate(cache, asked != 0 ? asked : cache.object_size, flags, caller);
    void* object = nullptr;
    {
        const kernel::IrqsOff off(context);
        CpuCache& cpu = cache.cpus[off.cpu()];
        object = cpu.count > 0 ? cpu.main->objects[--cpu.count] : refill_sheaf(cache, cpu, flags);
    }
    if (object == nullptr && take_from_node(cache, &object, 1, flags) == 0) return nullptr;
    if (!cache.keeps_contents) {
        *static_cast<u64*>(object) = 0;
        // What init_on_free promises to be zero.
        *Policy::link(cache, object) = nullptr;
    }
    // A constructor's work stays; memory for RCU readers is only zeroed if the caller asks for it.
    const bool wants_zero = (flags & __GFP_ZERO) != 0;
    if (init_on_alloc(flags) && cache.ctor == nullptr && (wants_zero || !cache.keeps_contents)) {
        zero_new(cache, object);
    }
    return object;
}

[[gnu::noinline]] void put_carefully(Cache& cache, void* object, const void* caller) {
    // Not `starts_chunk`: a slab may be smaller than its cache's slabs are, and aligned to that.
    if (object_containing(cache, object) != object) report_bad_free(object, &cache);
    if (cache.debugged) return debug_free(cache, object, caller);
    if (!cache.keeps_contents) {
        u64& first = *static_cast<u64*>(object);
        if (first == free_mark(object) && is_double_free(cache, object)) {
            bug_report(object, "double free", &cache);
        }
        if (init_on_free()) memset(object, 0, cache.object_size);
        first = free_mark(object);
    }
    {
        const kernel::IrqsOff off(kernel::self());
        CpuCache& cpu = cache.cpus[off.cpu()];
        if (cpu.count < cpu.room) {
            cpu.main->objects[cpu.count++] = object;
            return;
        }
        if (empty_sheaf(cache, cpu, object)) return;
    }
    give_to_node(cache, &object, 1);
}

// ---- many at once ---------------------------------------------------------------

// Takes up to `count` objects in one section; answers how many.
usize take_bulk(Cache& cache, gfp_t flags, usize count, void** to) {
    kernel::Context& context = kernel::self();
    if ((kernel::peek(cache.special) | kernel::nesting(context)) != 0 || (flags & __GFP_ZERO) != 0)
        return 0;
    const kernel::IrqsOff off(context);
    CpuCache& cpu = cache.cpus[off.cpu()];
    usize got = 0;
    while (got < count) {
        if (cpu.count == 0) {
            void* object = refill_sheaf(cache, cpu, flags);
            if (object == nullptr) break;
            *static_cast<u64*>(object) = 0;
            to[got++] = object;
        }
        const u32 part = static_cast<u32>(min<usize>(cpu.count, count - got));
        cpu.count -= part;
        void** from = cpu.main->objects + cpu.count;
        for (u32 i = part; i > 0; i--) {
            void* object = from[i - 1];
            *static_cast<u64*>(object) = 0;
            to[got++] = object;
        }
    }
    return got;
}

// Gives objects back in one section, up to the first that asks for care; answers how many.
// `wanted`: the cache that all belong to, or null for any.
usize put_bulk(Cache* wanted, usize count, void** from) {
    if (wanted != nullptr && kernel::peek(wanted->special) != 0) return 0;
    kernel::Context& context = kernel::self();
    const kernel::IrqsOff off(context);
    const unsigned number = off.cpu();
    Cache* cache = wanted;
    CpuCache* cpu = wanted != nullptr ? &wanted->cpus[number] : nullptr;
    usize done = 0;
    for (; done < count; done++) {
        void* object = from[done];
        slab::Slab* slab;
        if (!find_slab(object, slab)) break;
        if (&cache_of_slab(*slab) != cache) [[unlikely]] {
            cache = &cache_of_slab(*slab);
            if (wanted != nullptr || kernel::peek(cache->special) != 0) break;
            cpu = &cache->cpus[number];
        }
        const u64 mark = free_mark(object);
        if (!starts_chunk(*cache, address(object)) || *static_cast<u64*>(object) == mark) break;
        if (cpu->count < cpu->room) [[likely]] {
            cpu->main->objects[cpu->count++] = object;
        } else if (!empty_sheaf(*cache, *cpu, object)) {
            break;
        }
        *static_cast<u64*>(object) = mark;
    }
    return done;
}

void start_kmalloc() {
    start_cache_of_caches();
    // The smallest first, as they are listed.
    constexpr unsigned kBySize[] = {3, 4, 5, 6, 1, 7, 2, 8, 9, 10, 11, 12, 13};
    static_assert(sizeof(kBySize) / sizeof(kBySize[0]) == kClasses - 1);
    for (unsigned dma = 0; dma < 2; dma++) {
        for (const unsigned i : kBySize) {
            const unsigned size = size_of_class(i);
            // Powers of two are aligned to themselves, the others to their largest such divisor.
            lay_out(the_caches[dma][i], kNames[dma][i], size, size & -size,
                    SLAB_KMALLOC | (dma != 0 ? SLAB_CACHE_DMA : 0), nullptr);
            list_cache(the_caches[dma][i]);
        }
    }
}

}  // namespace ashlar::kmem

using namespace ashlar;
using namespace ashlar::kmem;

extern "C" {

#define ROW(dma)                                                                                  \
    {                                                                                             \
        nullptr, &the_caches[dma][1], &the_caches[dma][2], &the_caches[dma][3],                   \
            &the_caches[dma][4], &the_caches[dma][5], &the_caches[dma][6], &the_caches[dma][7],   \
            &the_caches[dma][8], &the_caches[dma][9], &the_caches[dma][10], &the_caches[dma][11], \
            &the_caches[dma][12], &the_caches[dma][13]                                            \
    }
struct kmem_cache* const kmalloc_caches[2][KMALLOC_SHIFT_HIGH + 1] = {ROW(0), ROW(1)};
#undef ROW

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
    slab::Slab* slab;
    if (!find_slab(object, slab)) [[unlikely]]
        return put_other(object);
    put(cache_of_slab(*slab), const_cast<void*>(object));
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

// Whoever asks may use all of it from then on.
size_t ksize(const void* object) {
    const size_t size = __ksize(object);
    note_size(object, size);
    return size;
}

size_t kmalloc_size_roundup(size_t size) {
    if (size == 0) return 0;
    if (size <= KMALLOC_MAX_CACHE_SIZE) return size_of_class(class_of(size));
    return size > KMALLOC_MAX_SIZE ? size : PAGE_SIZE << get_order(size);
}

void* krealloc(const void* object, size_t size, gfp_t flags) {
    if (size == 0) {
        kfree(object);
        return ZERO_SIZE_PTR;
    }
    const size_t has = __ksize(object);
    if (has >= size) {
        note_size(object, size);
        return const_cast<void*>(object);
    }
    void* fresh = kmalloc_from(size, flags, __builtin_return_address(0));
    if (fresh != nullptr && has != 0) {
        note_size(object, has);
        memcpy(fresh, object, has);
        kfree(object);
    }
    return fresh;
}

void* kmem_cache_alloc(struct kmem_cache* cache, gfp_t flags) {
    return take(*cache, flags, __builtin_return_address(0));
}
void* kmalloc_trace(struct kmem_cache* cache, gfp_t flags, size_t size) {
    return take(*cache, flags, __builtin_return_address(0), size);
}
void* kmem_cache_alloc_lru(struct kmem_cache* cache, struct list_lru*, gfp_t flags) {
    return take(*cache, flags, __builtin_return_address(0));
}
void* kmem_cache_alloc_node(struct kmem_cache* cache, gfp_t flags, int) {
    return take(*cache, flags, __builtin_return_address(0));
}

void kmem_cache_free(struct kmem_cache* cache, void* object) {
    if (object == nullptr) return;
    slab::Slab* slab;
    if (!find_slab(object, slab)) [[unlikely]]
        return put_nowhere(*cache, object);
    Cache& real = cache_of_slab(*slab);
    if (&real != cache) [[unlikely]]
        return put_elsewhere(*cache, real, object, __builtin_return_address(0));
    put(real, object);
}

int kmem_cache_alloc_bulk(struct kmem_cache* cache, gfp_t flags, size_t count, void** objects) {
    const void* caller = __builtin_return_address(0);
    for (size_t i = take_bulk(*cache, flags, count, objects); i < count; i++) {
        objects[i] = take_carefully(*cache, flags, caller, 0);
        if (objects[i] == nullptr) {
            kmem_cache_free_bulk(cache, i, objects);
            return 0;
        }
    }
    return static_cast<int>(count);
}

void kmem_cache_free_bulk(struct kmem_cache* cache, size_t count, void** objects) {
    for (size_t done = 0; done < count; done++) {
        done += put_bulk(cache, count - done, objects + done);
        if (done == count) return;
        if (cache != nullptr) {
            kmem_cache_free(cache, objects[done]);
        } else {
            kfree(objects[done]);
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
