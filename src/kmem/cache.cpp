#include "kmem/cache.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>

#include "kmem/inject.h"

namespace ashlar::kmem {

using kernel::IrqSpinLock;
using LockGuard = Guard<IrqSpinLock>;
using slab::Slab;

char* Policy::objects(Slab& slab) {
    const Cache& cache = cache_of_slab(slab);
    return memory_of(page_of(Cell::of(slab))) + cache.head_room;
}

void** Policy::link(const slab::Bin& bin, void* object) {
    const Cache& cache = *static_cast<const CacheBin&>(bin).cache;
    return reinterpret_cast<void**>(static_cast<char*>(object) + cache.link_offset);
}

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
    Page* page = allocate((flags & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_ZERO | GFP_ZONEMASK)) | __GFP_NOWARN,
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
        const unsigned order = cache.order;
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

Page* fetch_slab(Cache& cache, gfp_t flags) {
    gfp_t wanted = (flags & (GFP_RECLAIM_MASK | __GFP_NOLOCKDEP)) | cache.gfp;
    wanted &= ~(__GFP_ZERO | __GFP_HIGHMEM);
    Page* page = allocate(wanted | (cache.order > 0 ? __GFP_COMP : 0u), cache.order, nullptr);
    if (page == nullptr) return nullptr;
    char* memory = memory_of(*page);
    if (cache.ctor != nullptr || cache.debugged) {
        const usize capacity = (PAGE_SIZE << cache.order) / cache.chunk;
        for (usize i = 0; i < capacity; i++) {
            if (cache.debugged) debug_prepare(cache, memory + i * cache.chunk);
            if (cache.ctor != nullptr) cache.ctor(memory + i * cache.chunk + cache.head_room);
        }
    }
    return page;
}

// Under the node's lock.
u32 take_locked(Cache& cache, void** to, u32 count) {
    Node& node = cache.node;
    u32 got = 0;
    while (got < count) {
        if (node.chain == nullptr &&
            Engine::refill(node.owner, node.bin) == slab::Refill::NeedSpan) {
            break;
        }
        void* object = node.chain;
        node.chain = Engine::link_of(node.bin, object);
        to[got++] = object;
    }
    return got;
}

// ---- proving a double free ----------------------------------------------------

bool in_sheaf(const Sheaf* sheaf, const void* object) {
    if (sheaf == nullptr) return false;
    const u32 count = min(kernel::peek(sheaf->count), kSheafMost);
    for (u32 i = 0; i < count; i++) {
        if (sheaf->objects[i] == object) return true;
    }
    return false;
}

// Other CPUs' sheaves may change meanwhile: an object that is free and stays so is found all the same.
bool is_free_now(Cache& cache, const void* object) {
    for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
        const CpuCache& cpu = cache.cpus[i];
        if (in_sheaf(cpu.main, object) || in_sheaf(cpu.spare, object)) return true;
    }
    Node& node = cache.node;
    const LockGuard guard(node.lock);
    for (const Sheaf* sheaf = node.full; sheaf != nullptr; sheaf = sheaf->next) {
        if (in_sheaf(sheaf, object)) return true;
    }
    for (void* o = node.chain; o != nullptr; o = Engine::link_of(node.bin, o)) {
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
    scnprintf(line, sizeof(line), "%s: %px%s%s", what, object,
              cache != nullptr ? " of cache " : "", cache != nullptr ? cache->name : "");
    ashlar_bug(__FILE__, __LINE__, "kfree", line);
}

void* object_containing(Cache& cache, const void* address) {
    Page* page = frame_at(address);
    if (page == nullptr) return nullptr;
    char* base = memory_of(head_of(*page));
    const usize index = static_cast<usize>(static_cast<const char*>(address) - base) / cache.chunk;
    if (index >= (PAGE_SIZE << cache.order) / cache.chunk) return nullptr;
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
        Page* page = fetch_slab(cache, flags);
        if (page == nullptr) break;
        Page* too_much = nullptr;
        {
            const LockGuard guard(node.lock);
            // Somebody else may have fetched meanwhile, or objects came back.
            got = take_locked(cache, to, count);
            if (got == 0) {
                Engine::donate(node.owner, node.bin, cell_of(*page), PAGE_SIZE << cache.order, false);
                page->ashlar_order = static_cast<u8>(cache.order);
                got = take_locked(cache, to, count);
            } else {
                too_much = page;
            }
        }
        if (too_much != nullptr) release(*too_much, cache.order);
    }
    return got;
}

void give_to_node(Cache& cache, void* const* from, u32 count) {
    Node& node = cache.node;
    Slab* emptied = nullptr;
    {
        const LockGuard guard(node.lock);
        for (u32 i = 0; i < count; i++) {
            Slab& slab = cell_of(head_of(*frame_at(from[i]))).as<Slab>();
            if (!slab.push_local(from[i], Policy::link(node.bin, from[i]))) continue;
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

[[gnu::noinline]] void* allocate_slowly(Cache& cache, CpuCache* cpu, gfp_t flags, const void* caller) {
    if (cache.debugged) return debug_allocate(cache, flags, caller);
    void* object = nullptr;
    if (cpu == nullptr) return take_from_node(cache, &object, 1, flags) == 1 ? object : nullptr;
    // Pinned and `busy` is set by the caller, who also clears it.
    if (cpu->spare != nullptr && cpu->spare->count > 0) {
        Sheaf* kept = cpu->main;
        cpu->main = cpu->spare;
        cpu->spare = kept;
        return cpu->main->objects[--cpu->main->count];
    }
    if (cpu->main == nullptr) cpu->main = new_sheaf(flags);
    Node& node = cache.node;
    if (cpu->main != nullptr) {
        Sheaf* full = nullptr;
        {
            const LockGuard guard(node.lock);
            if (node.full != nullptr) {
                full = node.full;
                node.full = full->next;
                node.full_count--;
            } else {
                cpu->main->count = take_locked(cache, cpu->main->objects, cache.sheaf_objects);
            }
        }
        if (full != nullptr) {
            drop_sheaf(cpu->main);
            cpu->main = full;
        }
        // Taken in the order of addresses, popped from the end: turn it round.
        if (full == nullptr) {
            for (u32 i = 0, j = cpu->main->count; i + 1 < j; i++) {
                j--;
                void* kept = cpu->main->objects[i];
                cpu->main->objects[i] = cpu->main->objects[j];
                cpu->main->objects[j] = kept;
            }
        }
        if (cpu->main->count > 0) return cpu->main->objects[--cpu->main->count];
    }
    return nullptr;
}

[[gnu::noinline]] void free_slowly(Cache& cache, CpuCache* cpu, void* object) {
    if (cpu == nullptr) {
        give_to_node(cache, &object, 1);
        return;
    }
    if (cpu->main == nullptr) {
        cpu->main = new_sheaf(GFP_NOWAIT);
    } else {
        if (cpu->spare == nullptr) cpu->spare = new_sheaf(GFP_NOWAIT);
        if (cpu->spare != nullptr && cpu->spare->count < cache.sheaf_objects) {
            Sheaf* kept = cpu->main;
            cpu->main = cpu->spare;
            cpu->spare = kept;
        } else if (cpu->spare != nullptr) {
            // Two full sheaves: one goes to the depot, as long as that is small.
            Node& node = cache.node;
            Sheaf* fresh = node.full_count < 8 ? new_sheaf(GFP_NOWAIT) : nullptr;
            if (fresh != nullptr) {
                const LockGuard guard(node.lock);
                cpu->main->next = node.full;
                node.full = cpu->main;
                node.full_count++;
                cpu->main = fresh;
            } else {
                const u32 half = (cpu->main->count + 1) / 2;
                give_to_node(cache, cpu->main->objects, half);
                cpu->main->count -= half;
                memmove(cpu->main->objects, cpu->main->objects + half, cpu->main->count * sizeof(void*));
            }
        }
    }
    if (cpu->main == nullptr || cpu->main->count >= cache.sheaf_objects) {
        give_to_node(cache, &object, 1);
        return;
    }
    cpu->main->objects[cpu->main->count++] = object;
}

[[gnu::noinline]] bool is_double_free(Cache& cache, const void* object) {
    return is_free_now(cache, object);
}

// ---- flushing -------------------------------------------------------------------

void flush_local(Cache& cache) {
    const kernel::Pinned pinned(kernel::self());
    CpuCache& cpu = cache.cpus[pinned.cpu()];
    if (cpu.busy != 0) return;
    cpu.busy = 1;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    for (Sheaf** place : {&cpu.main, &cpu.spare}) {
        if (Sheaf* sheaf = *place) {
            give_to_node(cache, sheaf->objects, sheaf->count);
            *place = nullptr;
            drop_sheaf(sheaf);
        }
    }
    std::atomic_signal_fence(std::memory_order_seq_cst);
    cpu.busy = 0;
}

namespace {
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
    Slab* emptied = nullptr;
    {
        const LockGuard guard(node.lock);
        emptied = Engine::abandon(node.owner, node.bin);
    }
    free_slabs(emptied);
}
}  // namespace

void flush_all(Cache& cache) {
    on_each_cpu([](void* argument) { flush_local(*static_cast<Cache*>(argument)); }, &cache, 1);
    flush_depot(cache);
}

usize live_objects(Cache& cache) {
    usize kept = 0;
    for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
        const CpuCache& cpu = cache.cpus[i];
        for (const Sheaf* sheaf : {cpu.main, cpu.spare}) kept += sheaf != nullptr ? sheaf->count : 0;
    }
    Node& node = cache.node;
    const LockGuard guard(node.lock);
    for (const Sheaf* sheaf = node.full; sheaf != nullptr; sheaf = sheaf->next) kept += sheaf->count;
    for (void* o = node.chain; o != nullptr; o = Engine::link_of(node.bin, o)) kept++;
    usize used = 0;
    for_each_slab(cache, [&](Slab& slab) { used += slab.used() - slab.remote_now().count(); });
    return used > kept ? used - kept : 0;
}

usize slab_pages(Cache& cache, usize* capacity, usize* slabs) {
    const LockGuard guard(cache.node.lock);
    usize count = 0;
    usize objects = 0;
    for_each_slab(cache, [&](Slab& slab) {
        count++;
        objects += slab.capacity;
    });
    if (capacity != nullptr) *capacity = objects;
    if (slabs != nullptr) *slabs = count;
    return count << cache.order;
}

}  // namespace ashlar::kmem
