#include "kmem/cache.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>

#include "kmem/inject.h"

namespace ashlar::kmem {

using kernel::IrqSpinLock;
using LockGuard = Guard<IrqSpinLock>;
using slab::Slab;

namespace {

// ---- sheaves ----------------------------------------------------------------
//
// Sheaves are cut from frames and never given back as frames: their number is
// bounded by the caches and CPUs that there were.

constinit IrqSpinLock sheaves_lock{};
Sheaf* empty_sheaves = nullptr;

Sheaf* new_sheaf(gfp_t flags) {
    {
        const LockGuard guard(sheaves_lock);
        if (Sheaf* sheaf = empty_sheaves) {
            empty_sheaves = sheaf->next;
            sheaf->count = 0;
            return sheaf;
        }
    }
    // It must not sleep: the caller is pinned.
    Page* page = allocate(
        (flags & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_ZERO | GFP_ZONEMASK)) | __GFP_NOWARN,
        0, nullptr);
    if (page == nullptr) return nullptr;
    auto* cut = reinterpret_cast<Sheaf*>(memory_of(*page));
    const LockGuard guard(sheaves_lock);
    for (usize i = 1; i < PAGE_SIZE / kSheafBytes; i++) {
        cut[i].next = empty_sheaves;
        empty_sheaves = &cut[i];
    }
    cut->count = 0;
    return cut;
}

void drop_sheaf(Sheaf* sheaf) {
    if (sheaf == nullptr) return;
    const LockGuard guard(sheaves_lock);
    sheaf->next = empty_sheaves;
    empty_sheaves = sheaf;
}

// ---- the node ---------------------------------------------------------------

void free_slabs(Slab* emptied) {
    while (emptied != nullptr) {
        Slab* next = emptied->link.next;
        Page& page = page_of(Cell::of(*emptied));
        const Cache& cache = cache_of_slab(*emptied);
        const unsigned order = page.ashlar_order;
        cell_of(page).clear();
        page.ashlar_kind = static_cast<u8>(Kind::Large);
        page.ashlar_order = static_cast<u8>(order);
        page.flags = 0;
        if (order > 0) __SetPageHead(&page);
        if ((cache.flags & SLAB_TYPESAFE_BY_RCU) != 0) {
            // Readers may still look at the objects; the frames wait for them.
            call_rcu(&page.callback_head_storage, [](rcu_head* head) {
                Page& waited = *container_of(head, Page, callback_head_storage);
                release(waited, waited.ashlar_order);
            });
        } else {
            release(page, order);
        }
        emptied = next;
    }
}

Page* fetch_frames(gfp_t flags, unsigned order) {
    return allocate(flags | (order > 0 ? __GFP_COMP : 0u), order, nullptr);
}

// Where memory is fragmented a slab is as small as its objects allow, and nobody is disturbed for a
// larger one.
Page* fetch_slab(Cache& cache, gfp_t flags, unsigned& order) {
    gfp_t wanted = (flags & (GFP_RECLAIM_MASK | __GFP_NOLOCKDEP)) | cache.gfp;
    wanted &= ~(__GFP_ZERO | __GFP_HIGHMEM);
    order = cache.order;
    Page* page = nullptr;
    const unsigned least = static_cast<unsigned>(get_order(cache.chunk));
    if (order > least) {
        const gfp_t gently = wanted | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC;
        page = fetch_frames(gently & ~(__GFP_NOFAIL | __GFP_RECLAIM), order);
        if (page == nullptr) order = least;
    }
    if (page == nullptr) page = fetch_frames(wanted, order);
    if (page == nullptr) return nullptr;
    char* memory = memory_of(*page);
    if (cache.ctor != nullptr || cache.debugged) {
        const usize capacity = (PAGE_SIZE << order) / cache.chunk;
        for (usize i = 0; i < capacity; i++) {
            if (cache.debugged) debug_prepare(cache, memory + i * cache.chunk);
            if (cache.ctor != nullptr) cache.ctor(memory + i * cache.chunk + cache.head_room);
            if (cache.debugged) debug_seal(cache, memory + i * cache.chunk);
        }
    }
    return page;
}

// Under the node's lock.
u32 take_locked(Cache& cache, void** to, u32 count) {
    Node& node = cache.node;
    u32 got = 0;
    while (got < count) {
        if (node.chain == nullptr && Engine::refill(node.owner, cache) == slab::Refill::NeedSpan) {
            break;
        }
        void* object = node.chain;
        node.chain = Engine::link_of(cache, object);
        to[got++] = object;
    }
    return got;
}

// ---- proving a double free ----------------------------------------------------

bool in_sheaf(const Sheaf* sheaf, u32 count, const void* object) {
    for (u32 i = 0; i < min(count, kSheafMost); i++) {
        if (sheaf->objects[i] == object) return true;
    }
    return false;
}

// Other CPUs' sheaves may change meanwhile: an object that is free and stays so is found all the
// same.
bool is_free_now(Cache& cache, const void* object) {
    for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
        const CpuCache& cpu = cache.cpus[i];
        const Sheaf* spare = kernel::peek(cpu.spare);
        if (in_sheaf(kernel::peek(cpu.main), kernel::peek(cpu.count), object)) return true;
        if (spare != nullptr && in_sheaf(spare, kernel::peek(spare->count), object)) return true;
    }
    Node& node = cache.node;
    const LockGuard guard(node.lock);
    for (const Sheaf* sheaf = node.full; sheaf != nullptr; sheaf = sheaf->next) {
        if (in_sheaf(sheaf, sheaf->count, object)) return true;
    }
    for (void* o = node.chain; o != nullptr; o = Engine::link_of(cache, o)) {
        if (o == object) return true;
    }
    Slab& slab = cell_of(head_of(*frame_at(object))).as<Slab>();
    bool found = false;
    Engine::for_each_free(slab, [&](void* o, bool) { found |= o == object; });
    return found || !Engine::holds(slab, object);
}

}  // namespace

[[gnu::noinline]] void bug_report(const void* object, const char* what, Cache* cache) {
    char line[160];
    scnprintf(line, sizeof(line), "%s: %px%s%s", what, object, cache != nullptr ? " of cache " : "",
              cache != nullptr ? cache->name : "");
    ashlar_bug(__FILE__, __LINE__, "kfree", line);
}

void* object_containing(Cache& cache, const void* address) {
    Page* page = frame_at(address);
    if (page == nullptr) return nullptr;
    char* base = memory_of(head_of(*page));
    const usize index = static_cast<usize>(static_cast<const char*>(address) - base) / cache.chunk;
    if (index >= (PAGE_SIZE << head_of(*page).ashlar_order) / cache.chunk) return nullptr;
    return base + index * cache.chunk + cache.head_room;
}

u32 take_from_node(Cache& cache, void** to, u32 count, gfp_t flags) {
    Node& node = cache.node;
    u32 got = 0;
    {
        const LockGuard guard(node.lock);
        got = take_locked(cache, to, count);
    }
    // One object is enough to go on; only nothing is worth fetching pages for.
    while (got == 0) {
        unsigned order = 0;
        Page* page = fetch_slab(cache, flags, order);
        if (page == nullptr) break;
        Page* too_much = nullptr;
        {
            const LockGuard guard(node.lock);
            // Somebody else may have fetched meanwhile, or objects came back.
            got = take_locked(cache, to, count);
            if (got == 0) {
                Engine::donate(node.owner, cache, cell_of(*page), PAGE_SIZE << order, false);
                page->ashlar_order = static_cast<u8>(order);
                got = take_locked(cache, to, count);
            } else {
                too_much = page;
            }
        }
        if (too_much != nullptr) release(*too_much, order);
    }
    return got;
}

void give_to_node(Cache& cache, void* const* from, u32 count) {
    Node& node = cache.node;
    Slab* emptied = nullptr;
    {
        const LockGuard guard(node.lock);
        for (u32 i = 0; i < count; i++) {
            Page& page =
                ashlar_the_layout
                    .memmap[(address(from[i]) - ashlar_the_layout.page_offset) >> PAGE_SHIFT];
            Page& head = kind_of(page) == Kind::Slab ? page : *page.ashlar_head;
            Slab& slab = cell_of(head).as<Slab>();
            if (!slab.push_local(from[i], Policy::link(cache, from[i]))) continue;
            Slab* gone = Engine::on_countdown(node.owner, slab);
            while (gone != nullptr) {
                Slab* next = gone->link.next;
                gone->link.next = emptied;
                emptied = gone;
                gone = next;
            }
        }
    }
    free_slabs(emptied);
}

// ---- slow paths ---------------------------------------------------------------

namespace {
// A sheaf that is to be popped from, or pushed on; null: the CPU has no main any more.
void set_main(Cache& cache, CpuCache& cpu, Sheaf* sheaf) {
    cpu.main = sheaf;
    cpu.count = sheaf != nullptr ? sheaf->count : 0;
    cpu.room = sheaf != nullptr ? cache.sheaf_objects : 0;
}

void swap_spare(Cache& cache, CpuCache& cpu) {
    Sheaf* spare = cpu.spare;
    cpu.spare = cpu.main;
    cpu.spare->count = cpu.count;
    set_main(cache, cpu, spare);
}
}  // namespace

[[gnu::noinline]] void* refill_sheaf(Cache& cache, CpuCache& cpu, gfp_t flags) {
    if (cpu.spare != nullptr && cpu.spare->count > 0) {
        swap_spare(cache, cpu);
        return cpu.main->objects[--cpu.count];
    }
    if (cpu.main == nullptr) set_main(cache, cpu, new_sheaf(flags));
    if (cpu.main == nullptr) return nullptr;
    Node& node = cache.node;
    Sheaf* full = nullptr;
    {
        const LockGuard guard(node.lock);
        if (node.full != nullptr) {
            full = node.full;
            node.full = full->next;
            node.full_count--;
        } else {
            cpu.count = take_locked(cache, cpu.main->objects, cache.sheaf_objects);
        }
    }
    if (full != nullptr) {
        drop_sheaf(cpu.main);
        set_main(cache, cpu, full);
    } else {
        // Taken in the order of addresses, popped from the end: turn it round.
        void** objects = cpu.main->objects;
        for (u32 i = 0, j = cpu.count; i + 1 < j; i++) {
            j--;
            void* kept = objects[i];
            objects[i] = objects[j];
            objects[j] = kept;
        }
    }
    return cpu.count > 0 ? cpu.main->objects[--cpu.count] : nullptr;
}

[[gnu::noinline]] bool empty_sheaf(Cache& cache, CpuCache& cpu, void* object) {
    if (cpu.main == nullptr) {
        set_main(cache, cpu, new_sheaf(GFP_NOWAIT));
    } else {
        if (cpu.spare == nullptr) cpu.spare = new_sheaf(GFP_NOWAIT);
        if (cpu.spare != nullptr && cpu.spare->count < cache.sheaf_objects) {
            swap_spare(cache, cpu);
        } else if (cpu.spare != nullptr) {
            // Two full sheaves: one goes to the depot, as long as that is small.
            Node& node = cache.node;
            Sheaf* fresh = node.full_count < 8 ? new_sheaf(GFP_NOWAIT) : nullptr;
            if (fresh != nullptr) {
                Sheaf* full = cpu.main;
                full->count = cpu.count;
                set_main(cache, cpu, fresh);
                const LockGuard guard(node.lock);
                full->next = node.full;
                node.full = full;
                node.full_count++;
            } else {
                const u32 half = (cpu.count + 1) / 2;
                give_to_node(cache, cpu.main->objects, half);
                cpu.count -= half;
                memmove(cpu.main->objects, cpu.main->objects + half, cpu.count * sizeof(void*));
            }
        }
    }
    if (cpu.count >= cpu.room) return false;
    cpu.main->objects[cpu.count++] = object;
    return true;
}

[[gnu::noinline]] bool is_double_free(Cache& cache, const void* object) {
    return is_free_now(cache, object);
}

// ---- flushing -------------------------------------------------------------------

void flush_local(Cache& cache) {
    const kernel::IrqsOff off(kernel::self());
    CpuCache& cpu = cache.cpus[off.cpu()];
    if (cpu.main != nullptr) cpu.main->count = cpu.count;
    Sheaf* const sheaves[] = {cpu.main, cpu.spare};
    set_main(cache, cpu, nullptr);
    cpu.spare = nullptr;
    for (Sheaf* sheaf : sheaves) {
        if (sheaf == nullptr) continue;
        give_to_node(cache, sheaf->objects, sheaf->count);
        drop_sheaf(sheaf);
    }
}

void flush_depot(Cache& cache) {
    Node& node = cache.node;
    Sheaf* sheaf = nullptr;
    {
        const LockGuard guard(node.lock);
        sheaf = node.full;
        node.full = nullptr;
        node.full_count = 0;
    }
    while (sheaf != nullptr) {
        Sheaf* next = sheaf->next;
        give_to_node(cache, sheaf->objects, sheaf->count);
        drop_sheaf(sheaf);
        sheaf = next;
    }
    if (cache.debugged) debug_empty_quarantine(cache);
    Slab* emptied = nullptr;
    {
        const LockGuard guard(node.lock);
        emptied = Engine::abandon(node.owner, cache);
    }
    free_slabs(emptied);
}

void flush_all(Cache& cache) {
    ashlar_on_each_cpu([](void* argument) { flush_local(*static_cast<Cache*>(argument)); }, &cache);
    flush_depot(cache);
}

usize live_objects(Cache& cache) {
    usize kept = 0;
    for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
        const CpuCache& cpu = cache.cpus[i];
        const Sheaf* spare = kernel::peek(cpu.spare);
        kept += kernel::peek(cpu.count) + (spare != nullptr ? kernel::peek(spare->count) : 0);
    }
    Node& node = cache.node;
    const LockGuard guard(node.lock);
    for (const Sheaf* sheaf = node.full; sheaf != nullptr; sheaf = sheaf->next)
        kept += sheaf->count;
    for (void* o = node.chain; o != nullptr; o = Engine::link_of(cache, o)) kept++;
    kept += node.quarantined;
    usize used = 0;
    for_each_slab(cache, [&](Slab& slab) { used += slab.used() - slab.remote_now().count(); });
    return used > kept ? used - kept : 0;
}

usize slab_pages(Cache& cache, usize* capacity, usize* slabs) {
    const LockGuard guard(cache.node.lock);
    usize count = 0;
    usize objects = 0;
    usize pages = 0;
    for_each_slab(cache, [&](Slab& slab) {
        count++;
        pages += usize{1} << page_of(Cell::of(slab)).ashlar_order;
        objects += slab.capacity.get();
    });
    if (capacity != nullptr) *capacity = objects;
    if (slabs != nullptr) *slabs = count;
    return pages;
}

}  // namespace ashlar::kmem
