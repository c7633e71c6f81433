// Caches of equal objects: kmem_cache, and kmalloc's size classes.
//
//   object                                    one allocation
//     from the CPU's main sheaf                 an array of pointers, popped with interrupts off
//     else the spare becomes main
//     else a full sheaf from the node's depot
//     else a batch from the slab engine         under the node's lock; pages are fetched outside it
//
// and the way back: to the main sheaf, else the spare, else a full sheaf goes to
// the depot, else half of it goes back to the engine. In a kernel an object is
// often freed by another CPU than the one that allocated it; an array does not
// care where its objects come from.
//
// The sheaves of a CPU are its own while interrupts are off, which costs as many
// plain stores as preemption off would (port/kernel_context.h), and no atomic
// instruction.
//
// Everything out of the ordinary that a cache does around an object is a bit of
// `special`: the fast paths (fast_path.h) test them all at once.
//
// An object's chunk: the object, then (if it must keep its contents while free:
// constructor, TYPESAFE_BY_RCU, poison) the engine's link, then what debugging
// adds. Plain caches keep the link in the object itself, behind its mark.
//
// A debugged cache (red zones, poison, owners, checks) has no sheaves: every
// object passes the node and its checks.
//
// Lock order: cache list, node, owner (inside the engine). All but the first
// keep interrupts of this CPU out.
#pragma once

#include <linux/slab.h>

#include "core/list.h"
#include "core/lock.h"
#include "kmem/page_alloc.h"
#include "slab/engine.h"

namespace ashlar::kmem {

struct Policy;
using Engine = slab::Engine<Policy>;

struct Policy {
    using LockType = kernel::IrqSpinLock;
    static char* objects(slab::Slab& slab);
    // A page at a time, or some objects where few fit a page.
    static usize carve_bytes(const slab::Bin& bin, bool) {
        return bin.object_size <= PAGE_SIZE / 4 ? PAGE_SIZE : 4 * PAGE_SIZE;
    }
    static constexpr usize kIdleBytes = 2 * PAGE_SIZE;
    static constexpr bool kTide = false;
    static void** link(const slab::Bin& bin, void* object);
    static void note_carved(usize, usize) {}
};

// 512 bytes: the header and 62 objects, or fewer when objects are large.
inline constexpr usize kSheafBytes = 512;
inline constexpr u32 kSheafMost = (kSheafBytes - 16) / sizeof(void*);
struct Sheaf {
    Sheaf* next;
    u32 count;  // while it is nobody's main
    void* objects[kSheafMost];
};
static_assert(sizeof(Sheaf) == kSheafBytes);

struct alignas(kCacheLine) CpuCache {
    Sheaf* main = nullptr;
    u32 count = 0;  // of main
    u32 room = 0;   // how many main may hold; 0 without main, so that nobody need ask for it
    Sheaf* spare = nullptr;
};

struct Node {
    kernel::IrqSpinLock lock;
    slab::Owner<kernel::IrqSpinLock> owner;
    void* chain = nullptr;
    Sheaf* full = nullptr;  // the depot
    u32 full_count = 0;
    void* quarantine = nullptr;  // freed objects, the oldest first (AddressSanitizer only)
    void* quarantine_last = nullptr;
    u32 quarantined = 0;
};

// What makes a cache special.
enum Special : u8 {
    kDebugged = 1,
    kKeepsContents = 2,  // ctor or TYPESAFE_BY_RCU: nothing is written to a free object
    kInitialised = 4,    // init_on_alloc or init_on_free
    kInjected = 8,       // failslab is on
};

}  // namespace ashlar::kmem

// The bin is that of its slabs.
struct kmem_cache : ashlar::slab::Bin {
    // Declared, because clang 14 cannot evaluate an array of aggregates with a base.
    constexpr kmem_cache() {}

    ashlar::u8 special = 0;   // Special
    unsigned slab_mask = 0;   // bytes of a slab, less one: slabs are aligned to their size
    ashlar::u64 divisor = 0;  // 2^64 / chunk, rounded up
    ashlar::kmem::Node node;
    const char* name = nullptr;
    unsigned object_size = 0;  // what the user asked for
    unsigned chunk = 0;        // from one object to the next
    unsigned align = 0;
    unsigned link_offset = 0;  // from the object's start
    unsigned head_room = 0;    // red zone before the object
    unsigned order = 0;        // of a slab
    unsigned sheaf_objects = 0;
    slab_flags_t flags = 0;
    gfp_t gfp = 0;  // zone and accounting flags of its pages
    void (*ctor)(void* object) = nullptr;
    ashlar::Link<kmem_cache> by_age;
    unsigned long allocations = 0;  // of a debugged cache
    bool keeps_contents = false;    // ctor or TYPESAFE_BY_RCU: nothing is written to a free object
    bool debugged = false;
    bool dynamic = false;  // made by kmem_cache_create
    char name_text[48] = {};
    // The last member: a cache made at run time has only as many as there are CPUs.
    ashlar::kmem::CpuCache cpus[ASHLAR_MAX_CPUS];
};

namespace ashlar::kmem {

using Cache = struct ::kmem_cache;

inline Link<Cache>& cache_link(Cache& cache) {
    return cache.by_age;
}
extern List<Cache, cache_link> caches;
extern kernel::IrqSpinLock caches_lock;

// Brings every cache's kInjected up to date.
void note_injection();
void lay_out(Cache& cache, const char* name, unsigned size, unsigned align, slab_flags_t flags,
             void (*ctor)(void*));
void list_cache(Cache& cache);
void start_cache_of_caches();

// Slow paths: see cache.cpp. Interrupts are off. Null, false: there is none, no room.
void* refill_sheaf(Cache& cache, CpuCache& cpu, gfp_t flags);
bool empty_sheaf(Cache& cache, CpuCache& cpu, void* object);
u32 take_from_node(Cache& cache, void** to, u32 count, gfp_t flags);
void give_to_node(Cache& cache, void* const* from, u32 count);
// Empties the sheaves of this CPU, or of all of them (which sleeps), and the depot.
void flush_local(Cache& cache);
void flush_all(Cache& cache);
// The second half of that: what the node keeps.
void flush_depot(Cache& cache);
// Objects that are allocated now, as far as can be told without stopping anybody.
usize live_objects(Cache& cache);
usize slab_pages(Cache& cache, usize* capacity = nullptr, usize* slabs = nullptr);
template <class Visit>
void for_each_slab(Cache& cache, Visit visit);

// cache_debug.cpp: what a debugged cache does around every object.
extern bool any_debugged __attribute__((visibility("hidden")));
void read_debug_setting();
slab_flags_t debug_flags_for(const char* name, slab_flags_t flags);
unsigned debug_room(const Cache& cache);
void debug_prepare(Cache& cache, char* chunk);
// After the constructor: from here on only the owner of a live object may touch it.
void debug_seal(Cache& cache, char* chunk);
void* debug_allocate(Cache& cache, usize size, gfp_t flags, const void* caller);
void debug_free(Cache& cache, void* object, const void* caller);
// Another size than was asked for: krealloc in place, or ksize told how much there is.
void debug_resize(Cache& cache, void* object, usize size);
void debug_empty_quarantine(Cache& cache);
void debug_print_owner(Cache& cache, void* object);
bool debug_is_live(Cache& cache, void* object);
// Every debugged object of every slab, checked; false after a report.
bool debug_check_all(Cache& cache);

// Whether the object is free already; `object` lies in a slab of the cache.
bool is_double_free(Cache& cache, const void* object);

inline Cache& cache_of_slab(slab::Slab& slab) {
    return *static_cast<Cache*>(slab.bin.get());
}

inline char* Policy::objects(slab::Slab& slab) {
    return memory_of(page_of(Cell::of(slab))) + cache_of_slab(slab).head_room;
}
inline void** Policy::link(const slab::Bin& bin, void* object) {
    return reinterpret_cast<void**>(static_cast<char*>(object) +
                                    static_cast<const Cache&>(bin).link_offset);
}

// The cache and the slab of an address; null if it is not in a slab.
inline Cache* cache_of(const void* object) {
    Page* page = frame_at(object);
    if (page == nullptr) return nullptr;
    Page& head = head_of(*page);
    if (kind_of(head) != Kind::Slab) return nullptr;
    return &cache_of_slab(cell_of(head).as<slab::Slab>());
}

// The start of the object that contains the address; null outside of any.
void* object_containing(Cache& cache, const void* address);

// A word in free objects that their owner would hardly write by chance: a hint
// of a double free, then proven by a search.
inline u64 free_mark(const void* object) {
    return 0x5bd1e995a7c3f10bull ^ ashlar::address(object);
}

// Whether the address, which lies in a slab of the cache's own order, is where a chunk starts: a
// multiple of the divisor's inverse wraps to less than the divisor just when the division has no
// remainder.
inline bool starts_chunk(const Cache& cache, uptr address) {
    return (address & cache.slab_mask) * cache.divisor < cache.divisor;
}

[[noreturn]] void bug_report(const void* object, const char* what, Cache* cache);

template <class Visit>
void for_each_slab(Cache& cache, Visit visit) {
    slab::Bin& bin = cache;
    if (bin.active != nullptr) visit(*bin.active);
    for (slab::Slab* s = bin.partial.front(); s != nullptr; s = slab::SlabList::next(*s)) visit(*s);
    for (slab::Slab* s = bin.full.front(); s != nullptr; s = slab::SlabList::next(*s)) visit(*s);
}

}  // namespace ashlar::kmem
